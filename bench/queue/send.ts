import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

import type { Push } from "../senders/gitea.ts";
import { pushBody, pushHeaders } from "../senders/gitea.ts";
import { WEBHOOK_SECRET } from "./forgehand.ts";

/** Milliseconds since 1970 with fractions, by the clock that `date` shows, too. */
const offset = Date.now() - performance.now();
const clock = (): number => offset + performance.now();

/**
 * Send pushes at a steady pace, whatever becomes of those before: so many a second. Gives back when each was answered,
 * by its new commit. Throws when one is not answered 2xx.
 */
export async function sendPushes(
  port: number,
  pushes: readonly Push[],
  perSecond: number,
): Promise<Map<string, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const answered = new Map<string, number>();
  const begun = performance.now();
  try {
    const sent = [];
    for (const [index, push] of pushes.entries()) {
      await wait(Math.max(0, begun + (index * 1000) / perSecond - performance.now()));
      sent.push(send(port, push, agent).then((at) => answered.set(push.after, at)));
    }
    await Promise.all(sent);
    return answered;
  } finally {
    agent.destroy();
  }
}

/** Resolves to the moment at which the last byte of the answer came. */
function send(port: number, push: Push, agent: Agent): Promise<number> {
  const body = pushBody(push);
  const headers = pushHeaders(body, randomUUID(), WEBHOOK_SECRET);
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: "127.0.0.1", port, path: "/webhooks/gitea", method: "POST", headers, agent },
      (answer) => {
        const { statusCode = 0 } = answer;
        let said = "";
        answer.setEncoding("utf8").on("data", (text: string) => (said += text));
        answer.on("end", () => {
          if (statusCode >= 200 && statusCode < 300) resolve(clock());
          else reject(new Error(`a delivery was answered ${statusCode}: ${said}`));
        });
      },
    );
    asked.on("error", reject).end(body);
  });
}
