import type { Reading, Recorded } from "../core/delivery.ts";

/** What a sender is told: a status and a body of JSON that never says anything about us or our secrets. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Seconds after which the sender may try again. */
  readonly retryAfter?: number;
}

const refusal = (status: number, error: string): Answer => ({ status, body: JSON.stringify({ error }) });

/** Every refusal, made once. They are dull on purpose: the log tells the owner more, the sender learns nothing. */
export const REFUSALS = {
  unproven: refusal(401, "the sender is not proven"),
  unknown: refusal(404, "not found"),
  method: refusal(405, "only POST is understood here"),
  tooLarge: refusal(413, "the body is too large"),
  contentType: refusal(415, "this content type is not understood here"),
  malformed: refusal(400, "the request is malformed"),
  internal: refusal(500, "something went wrong"),
  busy: { ...refusal(503, "the delivery could not be kept, send it again"), retryAfter: 5 },
} as const satisfies Record<string, Answer>;

/** The answer to a forge that tries the connection: Bitbucket Data Center wants a 200 with nothing in it. */
export const PONG: Answer = { status: 200, body: "" };

/** Why a delivery that was understood is kept without its body. */
export const UNWANTED = "no automation wants this";

const RECORDED: Readonly<Record<Recorded, Answer>> = {
  recorded: { status: 200, body: '{"status":"recorded"}' },
  duplicate: { status: 200, body: '{"status":"duplicate"}' },
  ignored: { status: 200, body: JSON.stringify({ status: "ignored", reason: UNWANTED }) },
};

/** The answer to a delivery that is safe on disk. What was not read as an event says why. */
export function answerTo(recorded: Recorded, reading: Reading): Answer {
  if (reading.kind === "event") return RECORDED[recorded];
  const { kind, reason } = reading;
  const body = { status: recorded, ...(kind === "unreadable" && { reading: kind }), reason };
  return { status: 200, body: JSON.stringify(body) };
}
