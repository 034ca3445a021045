import type { IncomingMessage, ServerResponse } from "node:http";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { Log } from "../../core/log.ts";
import type { Asked } from "./ask.ts";
import { ask } from "./ask.ts";
import type { Room } from "./body.ts";
import { parseBody, readBody } from "./body.ts";
import type { Carrier, Dialect, Json, Prepared, Route } from "./dialect.ts";
import { headersDown, headersUpstream } from "./headers.ts";
import type { Hider } from "./hide.ts";
import type { Ledger } from "./ledger.ts";
import type { ProxyLimits } from "./limits.ts";
import type { Meter } from "./meter.ts";
import { createMeter } from "./meter.ts";
import type { Refusal } from "./refuse.ts";
import { answerRefusal, REFUSALS } from "./refuse.ts";
import type { Target } from "./target.ts";
import { isOurs, pathUpstream, readTarget, routeOf } from "./target.ts";
import { carrierOf } from "./token.ts";
import type { Upstream } from "./upstream.ts";

/** Everything that the requests of one run share. */
export interface Exchanges {
  readonly dialect: Dialect;
  readonly upstream: Upstream;
  readonly key: string;
  readonly token: string;
  readonly hosts: readonly string[];
  readonly limits: ProxyLimits;
  readonly ledger: Ledger;
  readonly hider: Hider;
  readonly room: Room;
  readonly log: Log;
  /** Aborts when the run is over. */
  readonly over: AbortSignal;
  /** Tell that the budget is spent. */
  readonly spend: (sentence: string) => void;
  /** Requests in flight. */
  flying: number;
}

const LONGEST_MODEL_NAME = 200;

/** Serve one request of the program, to its very end. Never throws. */
export async function exchange(
  run: Exchanges,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const admitted = admit(run, request);
  if ("greeting" in admitted) {
    response.writeHead(200).end();
    return;
  }
  if ("refusal" in admitted) {
    refuse(run, response, admitted.refusal);
    return;
  }
  if (run.flying >= run.limits.inFlight) {
    refuse(run, response, REFUSALS.busy);
    return;
  }
  run.flying += 1;
  const leave = new AbortController();
  const gone = () => {
    if (!response.writableFinished) leave.abort();
  };
  response.once("close", gone);
  try {
    const read = await readBody(request, run.limits.body, run.room);
    if (read.lack !== undefined) {
      refuse(run, response, bodyRefusal(read.lack, run.limits));
      return;
    }
    try {
      await forward(run, { ...admitted, request, response, bytes: read.bytes, left: leave.signal });
    } finally {
      run.room.give(read.bytes.length);
    }
  } finally {
    run.flying -= 1;
    response.off("close", gone);
  }
}

/** A request that may be read. */
interface Admitted {
  readonly target: Target;
  readonly route: Route;
  /** The model that its path names. */
  readonly model?: string;
  readonly carrier: Carrier;
}

/** Decide by the head alone. */
function admit(
  run: Exchanges,
  { url = "", method = "", headers }: IncomingMessage,
): Admitted | { refusal: Refusal } | { greeting: true } {
  const { dialect, hosts, token, ledger } = run;
  if (!isOurs(headers.host, hosts)) return { refusal: REFUSALS.host };
  const target = readTarget(url, hosts);
  const found = target === undefined ? undefined : routeOf(dialect, method, target.path);
  if (target === undefined || found === undefined) return { refusal: REFUSALS.target };
  if (found.route.kind === "greeting") return { greeting: true };
  const carrier = carrierOf(token, { headers, query: target.query });
  if (carrier === undefined) return { refusal: REFUSALS.token };
  if ((headers["content-encoding"] ?? "identity") !== "identity") return { refusal: REFUSALS.encoding };
  const spent = ledger.refusal();
  return spent === undefined ? { ...found, target, carrier } : { refusal: outOfBudget(run, spent) };
}

function outOfBudget({ dialect, spend }: Exchanges, sentence: string): Refusal {
  spend(sentence);
  return { status: dialect.givesUpAt, code: "budget_spent", message: sentence };
}

function bodyRefusal(lack: "too large" | "no room" | "gone", limits: ProxyLimits): Refusal {
  switch (lack) {
    case "too large":
      return {
        status: 413,
        code: "too_large",
        message: `the body has more than ${limits.body} bytes; ask with less.`,
      };
    case "no room":
      return REFUSALS.busy;
    case "gone":
      return { status: 400, code: "cut_off", message: "the body did not come to its end." };
  }
}

/** A request whose body is there. */
interface Whole extends Admitted {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly bytes: Buffer;
  /** Aborts when the program leaves. */
  readonly left: AbortSignal;
}

async function forward(run: Exchanges, whole: Whole): Promise<void> {
  const { dialect, ledger, limits, over, upstream, key, token } = run;
  const { request, response, target, carrier, left, route } = whole;
  const decided = decide(dialect, whole);
  if ("why" in decided) {
    refuse(run, response, { status: 400, code: "not_allowed", message: `${decided.why}.` });
    return;
  }
  const { model, body } = decided;
  const spent = ledger.refusal(model);
  if (spent !== undefined) {
    refuse(run, response, outOfBudget(run, spent));
    return;
  }

  const way = { dialect, carrier, key, token, length: body.length };
  const question = {
    path: pathUpstream(dialect, upstream.base, target),
    headers: headersUpstream(request.headers, way),
    body,
  };
  const signal = AbortSignal.any([over, left]);
  const asked = await ask(upstream, question, { limits, signal });
  if (asked.kind === "lost") {
    // It had the question, so it may well have worked on it.
    if (asked.asked && route.kind === "answer") count(run, model, meterOf(dialect, body, false));
    if (signal.aborted) return void response.destroy();
    refuse(run, response, lost(asked));
    return;
  }
  const { answer } = asked;
  const wrong = unfit(answer);
  if (wrong !== undefined) {
    answer.destroy();
    refuse(run, response, wrong);
    return;
  }
  const stream = /^text\/event-stream\b/i.test(answer.headers["content-type"] ?? "");
  const { statusCode: status = 502 } = answer;
  const costs = route.kind === "answer" && status < 300;
  const meter = costs ? meterOf(dialect, body, stream) : undefined;
  let counted = false;
  const settle = () => {
    if (meter !== undefined && !counted) count(run, model, meter);
    counted = true;
  };
  await pass(run, { answer, response, status, meter, settle });
  run.log.debug({ dialect: dialect.name, model, status }, "model answered");
}

/** What is asked of which model, byte for byte where nothing must be changed; or why not. */
function decide(
  dialect: Dialect,
  { bytes, model: named }: Whole,
): { readonly model: string; readonly body: Buffer } | { readonly why: string } {
  const parsed = parseBody(bytes);
  if ("why" in parsed) return parsed;
  const model = named ?? modelOf(parsed.body);
  if (model === undefined) return { why: "the body names no model" };
  const prepared: Prepared = dialect.prepare(parsed.body);
  if (prepared.kind === "refused") return { why: prepared.why };
  const { changed } = prepared;
  return { model, body: changed === undefined ? bytes : Buffer.from(JSON.stringify(changed)) };
}

function modelOf({ model }: Json): string | undefined {
  const named = typeof model === "string" && model !== "" && model.length <= LONGEST_MODEL_NAME;
  return named ? model : undefined;
}

function meterOf({ tell }: Dialect, body: Buffer, stream: boolean): Meter {
  return createMeter(tell, { stream, asked: body.length });
}

function count({ ledger, log, dialect }: Exchanges, model: string, meter: Meter): void {
  const tokens = meter.end();
  ledger.count(model, tokens);
  log.info({ dialect: dialect.name, model, ...tokens }, "model used tokens");
}

function lost({ slow, why }: Extract<Asked, { kind: "lost" }>): Refusal {
  return {
    status: slow ? 504 : 502,
    code: "unreachable",
    message: `the model's API did not answer (${why}). Asking again may help; else its address in the config or the network is at fault.`,
  };
}

/** An answer that cannot be handed on. */
function unfit({ statusCode = 502, headers }: IncomingMessage): Refusal | undefined {
  if (statusCode >= 300 && statusCode < 400) {
    return {
      status: 502,
      code: "redirected",
      message: `the model's API answered ${statusCode}, a redirect, which is not followed, so that the key goes nowhere else. If the API has moved, its address in the config has to be corrected.`,
    };
  }
  if ((headers["content-encoding"] ?? "identity") === "identity") return undefined;
  return {
    status: 502,
    code: "compressed",
    message:
      "the model's API compressed its answer although it was asked not to, so its tokens cannot be counted.",
  };
}

/**
 * Hand an answer on as it comes, at the program's own pace. A cut on one side is a cut on the other. It is settled what
 * it cost before the program sees its end, so that the next request is decided by it.
 */
async function pass(
  { hider }: Exchanges,
  given: {
    answer: IncomingMessage;
    response: ServerResponse;
    status: number;
    meter: Meter | undefined;
    settle: () => void;
  },
): Promise<void> {
  const { answer, response, status, meter, settle } = given;
  const hiding = hider.stream();
  const through = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      meter?.push(chunk);
      done(null, hiding.push(chunk));
    },
    flush: (done) => {
      settle();
      done(null, hiding.flush());
    },
  });
  response.writeHead(status, headersDown(answer.headers, hider));
  response.flushHeaders();
  try {
    await pipeline(answer, through, response);
  } catch {
    response.destroy();
  } finally {
    settle();
  }
}

function refuse({ dialect, log, hider }: Exchanges, response: ServerResponse, refusal: Refusal): void {
  const { status, code } = refusal;
  log.warn({ dialect: dialect.name, status, code }, "request to the model refused");
  answerRefusal(response, dialect, { ...refusal, message: hider.text(refusal.message) });
}
