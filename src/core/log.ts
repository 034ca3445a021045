/**
 * Where rooms write what happens: pino has this shape. Messages are static, the data is in the object, and no
 * secret and no body of a delivery is ever in it.
 */
export interface Log {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
  child(bindings: object): Log;
}

/** A log that keeps nothing, for callers that have nobody to tell. */
export const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};
