import { Agent, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

import type { WebhookDelivery } from "../demo/stand-in/delivery.ts";
import type { Burst } from "./burst.ts";
import type { Random } from "./random.ts";

/** Milliseconds after which an answer does not come any more. Forges wait for 5 to 10 s. */
const PATIENCE_MS = 10_000;
/** Milliseconds until a delivery is sent again, at least and at most. */
const AGAIN_MS = [100, 1_500] as const;
const LOOK_AGAIN_MS = 10;

/** What was answered to a delivery in the end. */
export type Answered = "accepted" | "refused";

/** Sends a burst as forges and their operators do: what is not accepted is sent again, with the same id. */
export interface Sender {
  /** Send no more than so many of them, until told otherwise. */
  allow(count: number): void;
  /** How many have their answer. */
  readonly answered: number;
  /** How often one was sent again. */
  readonly sentAgain: number;
  /** What was answered to each, by its index; undefined while nothing was. */
  answerTo(index: number): Answered | undefined;
  /** Answers that nothing may get, and how often they came. */
  readonly wrong: ReadonlyMap<string, number>;
  /** Resolves when so many have their answer. Throws when told to end. */
  reach(count: number): Promise<void>;
}

export interface SenderOptions {
  /** Ports of the web processes. */
  readonly ports: readonly number[];
  readonly connections: number;
  readonly random: Random;
  readonly signal: AbortSignal;
}

export function startSender(burst: Burst, { ports, connections, random, signal }: SenderOptions): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answers: (Answered | undefined)[] = Array.from({ length: burst.length });
  const later: { index: number; at: number }[] = [];
  const wrong = new Map<string, number>();
  let allowed = 0;
  let next = 0;
  let answered = 0;
  let sentAgain = 0;

  const take = (): number | undefined => {
    const due = later.findIndex(({ at }) => at <= Date.now());
    if (due !== -1) return later.splice(due, 1)[0]?.index;
    return next < allowed ? next++ : undefined;
  };
  const settle = (index: number, answer: Answered): void => {
    answers[index] = answer;
    answered++;
  };
  const sendOne = async (index: number): Promise<void> => {
    const { forge, proven } = burst.parcel(index);
    const port = random.pick(ports);
    const status = await post(agent, { port, path: `/webhooks/${forge}` }, burst.request(index));
    const answer = answerOf(status);
    if (answer === undefined) {
      sentAgain++;
      const [least, most] = AGAIN_MS;
      later.push({ index, at: Date.now() + least + random.below(most - least) });
      return;
    }
    if (answer !== (proven ? "accepted" : "refused") || (answer === "refused" && status !== 401)) {
      const what = `${status} to ${proven ? "a signed" : "an unsigned"} delivery of ${forge}`;
      wrong.set(what, (wrong.get(what) ?? 0) + 1);
    }
    settle(index, answer);
  };
  const work = async (): Promise<void> => {
    while (answered < burst.length && !signal.aborted) {
      const index = take();
      if (index === undefined) await wait(LOOK_AGAIN_MS);
      else await sendOne(index);
    }
  };
  void Promise.all(Array.from({ length: connections }, work)).finally(() => agent.destroy());

  return {
    allow: (count) => void (allowed = Math.min(burst.length, Math.max(allowed, count))),
    get answered() {
      return answered;
    },
    get sentAgain() {
      return sentAgain;
    },
    answerTo: (index) => answers[index],
    wrong,
    async reach(count) {
      while (answered < Math.min(count, burst.length)) await wait(LOOK_AGAIN_MS, undefined, { signal });
    },
  };
}

/** What a status means; undefined where the delivery has to be sent again. */
function answerOf(status: number): Answered | undefined {
  if (status >= 200 && status < 300) return "accepted";
  return status < 300 || status >= 500 || status === 429 ? undefined : "refused";
}

/** Send one; the answer is its status, 0 where none came. */
function post(
  agent: Agent,
  to: { port: number; path: string },
  { headers, body }: WebhookDelivery,
): Promise<number> {
  return new Promise((resolve) => {
    const bytes = Buffer.from(body);
    const asked = request({
      ...to,
      host: "127.0.0.1",
      method: "POST",
      agent,
      headers: { ...headers, "content-length": bytes.length },
      timeout: PATIENCE_MS,
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.on("error", () => resolve(0));
    asked.on("response", (answer) => {
      answer.on("error", () => resolve(0));
      answer.on("end", () => resolve(answer.statusCode ?? 0));
      answer.on("close", () => resolve(0));
      answer.resume();
    });
    asked.end(bytes);
  });
}
