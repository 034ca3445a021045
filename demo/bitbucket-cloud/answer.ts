import type { Answer } from "../stand-in/answer.ts";

/** A refusal in Bitbucket's shape; `fields` says what is wrong with which member. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(status: number, message: string, fields?: Readonly<Record<string, readonly string[]>>) {
    super(message);
    const error = { message, ...(fields === undefined ? {} : { fields }) };
    this.answer = { status, body: { type: "error", error } };
  }
}

export const unauthorized = () => new Refusal(401, "Token is invalid, expired, or not supported.");

export const forbidden = (message = "Your credentials lack one or more required privilege scopes.") =>
  new Refusal(403, message);

export const notFound = (what = "Resource") => new Refusal(404, `${what} not found`);

/** A member of the body is refused, with the reason that Bitbucket gives. */
export const invalid = (field: string, reason: string) =>
  new Refusal(400, "Bad request", { [field]: [reason] });

const USUAL_PAGE = 10;
const LARGEST_PAGE = 100;

/** A list as a page of 10, with the whole address of the next one in the body. */
export function paged(items: readonly unknown[], url: URL): Answer {
  const pagelen = Math.min(Number(url.searchParams.get("pagelen") ?? USUAL_PAGE), LARGEST_PAGE);
  const page = Number(url.searchParams.get("page") ?? 1);
  const next = new URL(url);
  next.searchParams.set("page", String(page + 1));
  const more = page * pagelen < items.length ? { next: next.href } : {};
  const values = items.slice((page - 1) * pagelen, page * pagelen);
  return { status: 200, body: { values, page, pagelen, size: items.length, ...more } };
}
