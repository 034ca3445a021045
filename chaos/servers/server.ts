/** A server of our own, in a folder of its own. */
export interface Server {
  readonly url: string;
  /** Take it down without a word. Resolves when it is down; `start` brings it back. */
  kill(): Promise<void>;
  /** Start it, unless it is up. Resolves when it answers. */
  start(): Promise<void>;
  /** Cut all connections that others have to it. */
  cut(): Promise<void>;
  /** Take it down for good. Its folder stays. */
  end(): Promise<void>;
}
