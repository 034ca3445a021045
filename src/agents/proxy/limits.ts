/** What one proxy bears. Times are milliseconds, sizes bytes. */
export interface ProxyLimits {
  /** Size of one request's body. */
  readonly body: number;
  /** Size of all bodies together that wait for their answer. */
  readonly bodies: number;
  /** Requests at once. */
  readonly inFlight: number;
  /** Until the head of a request is there. */
  readonly head: number;
  /** Until its body is there too. */
  readonly request: number;
  /** Until the API has taken the connection. */
  readonly connect: number;
  /** How long nothing may move between the API and us. */
  readonly idle: number;
}

export const PROXY_LIMITS: ProxyLimits = {
  body: 64 * 1024 * 1024,
  bodies: 128 * 1024 * 1024,
  inFlight: 16,
  head: 15_000,
  request: 300_000,
  connect: 10_000,
  idle: 600_000,
};
