import { SERIAL } from "./senders/fill.ts";
import { github } from "./senders/github.ts";
import { gitlab } from "./senders/gitlab.ts";

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

const SENDERS: Readonly<Record<Kind["forge"], Sender>> = { github, gitlab };

/** What forges send most to a bot like ours, in the sizes that it has. */
export const KINDS: readonly Kind[] = [
  { forge: "github", event: "issues", bytes: 12 * 1024 },
  { forge: "github", event: "pull_request", bytes: 24 * 1024 },
  { forge: "gitlab", event: "Issue Hook", bytes: 12 * 1024 },
  { forge: "gitlab", event: "Merge Request Hook", bytes: 24 * 1024 },
];

/** Whole HTTP requests, ready to be written to a socket: signed, each with ids of its own. */
export function requestMaker(kind: Kind, secret: Secret): (serial: number) => Buffer {
  const sender = SENDERS[kind.forge];
  const text = sender.template(kind);
  return (serial) => {
    const body = Buffer.from(text.replaceAll(SERIAL, String(1_000_000_000 + serial)));
    const id = `00000000-0000-4000-8000-${String(serial).padStart(12, "0")}`;
    const head = [
      `POST ${sender.path} HTTP/1.1`,
      "Host: 127.0.0.1",
      "Accept: */*",
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
      ...Object.entries(sender.headers(kind.event, id, body, secret)).map(
        ([name, value]) => `${name}: ${value}`,
      ),
    ].join("\r\n");
    return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]);
  };
}
