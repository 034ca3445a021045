/** A kind of delivery that is sent in many copies, each with an id of its own. */
export interface Kind {
  readonly forge: "github" | "gitlab";
  /** The forge's own word for it. */
  readonly event: string;
  /** Size of the body. */
  readonly bytes: number;
}

/** How one forge sends webhooks. */
export interface Sender {
  readonly path: string;
  /** The body of a genuine delivery, filled up to its size, with `SERIAL` where each delivery has a number of its own. */
  template(kind: Kind): string;
  /** Headers beside those of HTTP: event, id and proof. */
  headers(event: string, id: string, body: Buffer, secret: Secret): Record<string, string>;
}

/** The key of all proofs, as each forge wants it written. */
export type Secret = Readonly<Record<Kind["forge"], string>>;
