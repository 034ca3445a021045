import { z } from "zod";

import type { RefusedAnswer } from "../shared/answers.ts";
import { AnswerError } from "../shared/refusals.ts";
import { jsonIn } from "../shared/rest.ts";

/** Characters of a reason: some are whole pages. */
const LONGEST_REASON = 500;

const text = z.string().catch("");

/** The body of a refusal. Source: Bitbucket Cloud docs, "REST API", error responses. */
const Refusal = z.object({
  error: z.object({
    message: text,
    detail: text,
    fields: z.record(z.string(), z.unknown()).catch({}),
  }),
});

/** The coded error of a refusal. A commit that was just pushed may not be visible everywhere: that one may pass. */
export function errorOf(forge: string, answer: RefusedAnswer): AnswerError {
  return new AnswerError(forge, answer, answer.status === 404 && /commit not found/i.test(answer.message));
}

/** Bitbucket's own sentence: the message, its detail and the fields that it is about; empty for a page. */
export function reasonIn(body: string): string {
  const { data } = Refusal.safeParse(jsonIn(body));
  if (data === undefined) return "";
  const { message, detail, fields } = data.error;
  const places = Object.entries(fields).map(([name, problem]) => `${name}: ${JSON.stringify(problem)}`);
  const reason = [message, detail, ...places]
    .filter((part) => part !== "")
    .join("; ")
    .replace(/\.$/, "");
  return reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason;
}
