import { createHmac } from "node:crypto";
import { createRequire } from "node:module";

/** A kind of delivery that is sent in many copies, each with an id of its own. */
export interface Kind {
  readonly event: "issues" | "pull_request";
  /** Size of the body. */
  readonly bytes: number;
}

/** What GitHub sends most to a bot like ours, in the sizes that it has. */
export const KINDS: readonly Kind[] = [
  { event: "issues", bytes: 12 * 1024 },
  { event: "pull_request", bytes: 24 * 1024 },
];

type Subject = Record<string, unknown> & { labels: unknown[] };
type Payload = Record<string, unknown> & { action?: string; issue?: Subject; pull_request?: Subject };

const SERIAL = "7777777777";
const LABEL = { id: 1, name: "coding agent", color: "ededed", default: false };
const ACTIONS = { issues: "labeled", pull_request: "opened" } as const;

/** The body of a genuine delivery, filled up to its size, as text around the place of a serial number. */
function template({ event, bytes }: Kind): string {
  const examples = createRequire(import.meta.url)("@octokit/webhooks-examples") as {
    name: string;
    examples: Payload[];
  }[];
  const example = examples
    .find(({ name }) => name === event)
    ?.examples.find(({ action }) => action === ACTIONS[event]);
  const subject = example?.issue ?? example?.pull_request;
  if (example === undefined || subject === undefined) throw new Error(`there is no example of ${event}`);
  Object.assign(subject, { id: Number(SERIAL), labels: [LABEL], body: "" });
  if (event === "issues") Object.assign(example, { label: LABEL });
  const room = bytes - Buffer.byteLength(JSON.stringify(example));
  if (room < 0) throw new Error(`the example of ${event} is ${-room} bytes too long`);
  Object.assign(subject, { body: "It does not work when I try it. ".repeat(room / 32 + 1).slice(0, room) });
  return JSON.stringify(example);
}

/** Whole HTTP requests, ready to be written to a socket: signed, each with ids of its own. */
export function requestMaker(
  kind: Kind,
  options: { path: string; secret: string },
): (serial: number) => Buffer {
  const text = template(kind);
  return (serial) => {
    const body = Buffer.from(text.replaceAll(SERIAL, String(1_000_000_000 + serial)));
    const id = `00000000-0000-4000-8000-${String(serial).padStart(12, "0")}`;
    const head = [
      `POST ${options.path} HTTP/1.1`,
      "Host: 127.0.0.1",
      "User-Agent: GitHub-Hookshot/bench",
      "Accept: */*",
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
      `X-GitHub-Event: ${kind.event}`,
      `X-GitHub-Delivery: ${id}`,
      "X-GitHub-Hook-ID: 1",
      "X-GitHub-Hook-Installation-Target-ID: 1",
      "X-GitHub-Hook-Installation-Target-Type: repository",
      `X-Hub-Signature-256: sha256=${createHmac("sha256", options.secret).update(body).digest("hex")}`,
    ].join("\r\n");
    return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]);
  };
}
