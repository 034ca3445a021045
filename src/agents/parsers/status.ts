import type { Failure } from "./parser.ts";

/** What an HTTP status of the model's API means for an agent. */
export function errorOfStatus(status: number): Failure["error"] {
  if (status === 401 || status === 403) return "auth";
  if (status === 402 || status === 429) return "rate";
  if (status === 408 || status === 504) return "timeout";
  return "model";
}

/** The failure of a status, with the program's words where it has any. */
export function failureOfStatus(status: number, detail?: string): Failure {
  return { error: errorOfStatus(status), detail: detail ?? `The model's API answered ${status}.` };
}

/**
 * The failure that a sentence of a program tells: by the status that it names, such as `unexpected status 401`,
 * `last status: 429` or the `"code":401` of an answer that it repeats, else by the words that programs use, else the
 * model's.
 */
export function failureOfSentence(sentence: string): Failure {
  const named = /(?:\bstatus(?: code)?|"code")[: ]+(\d{3})\b/i.exec(sentence)?.[1];
  if (named !== undefined) return failureOfStatus(Number(named), sentence);
  return { error: WORDS.find(([, words]) => words.test(sentence))?.[0] ?? "model", detail: sentence };
}

const WORDS: readonly (readonly [Failure["error"], RegExp])[] = [
  ["auth", /not logged in|unauthori[sz]ed|invalid (?:api key|x-api-key)|authentication/i],
  ["rate", /rate.?limit|too many requests|quota|usage limit|credit balance/i],
  ["timeout", /timed? ?out/i],
];
