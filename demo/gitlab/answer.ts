import type { Answer } from "../stand-in/answer.ts";
import { pageOf } from "../stand-in/answer.ts";

/**
 * A refusal in GitLab's shape. What a thing itself objects to stands in `message` (a text, a list, or texts by
 * attribute), what is wrong with the parameters in `error`.
 */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(status: number, body: { readonly message: unknown } | { readonly error: string }) {
    super(JSON.stringify(body));
    this.answer = { status, body };
  }
}

export const unauthorized = () => new Refusal(401, { message: "401 Unauthorized" });

export const forbidden = () => new Refusal(403, { message: "403 Forbidden" });

export const notFound = (what = "") =>
  new Refusal(404, { message: `404 ${what} Not Found`.replace("  ", " ") });

/** A parameter is missing or has a value that is none. */
export const badParameter = (problem: string) => new Refusal(400, { error: problem });

/** An attribute is refused, with the reason that GitLab gives. */
export const invalid = (attribute: string, reason: string) =>
  new Refusal(400, { message: { [attribute]: [reason] } });

/** A list as a page of 20, with `Link` and the headers that say the same. */
export function paged(items: readonly unknown[], url: URL): Answer {
  const { shown, page, size, last, link } = pageOf(items, url, 20);
  const headers = {
    link,
    "x-page": String(page),
    "x-per-page": String(size),
    "x-next-page": page < last ? String(page + 1) : "",
    "x-prev-page": page > 1 ? String(page - 1) : "",
    "x-total": String(items.length),
    "x-total-pages": String(last),
  };
  return { status: 200, body: shown, headers };
}
