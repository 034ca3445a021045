import { z } from "zod";

import type { Refusal } from "../shared/json-api.ts";
import { AnswerError, shortened } from "../shared/refusals.ts";

const text = z.string().catch("");

/** The body of a refusal. Source: Bitbucket Cloud docs, "REST API", error responses. */
const Body = z.object({
  error: z.object({
    message: text,
    detail: text,
    fields: z.record(z.string(), z.unknown()).catch({}),
  }),
});

/** The coded error of a refusal. A commit that was just pushed may not be visible everywhere: that one may pass. */
export function refusalOf(forge: string, { data, ...answer }: Refusal): AnswerError {
  const message = reasonOf(data);
  return new AnswerError(
    forge,
    { ...answer, message },
    answer.status === 404 && /commit not found/i.test(message),
  );
}

/** Bitbucket's own sentence: the message, its detail and the fields that it is about; empty for a page. */
function reasonOf(body: unknown): string {
  const { data } = Body.safeParse(body);
  if (data === undefined) return "";
  const { message, detail, fields } = data.error;
  const places = Object.entries(fields).map(([name, problem]) => `${name}: ${JSON.stringify(problem)}`);
  return shortened([message, detail, ...places].filter((part) => part !== "").join("; "));
}
