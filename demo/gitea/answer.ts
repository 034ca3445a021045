import type { Answer } from "../stand-in/answer.ts";
import { pageOf } from "../stand-in/answer.ts";

/** A refusal in Gitea's shape: `message`, and where the API is described. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(status: number, message: string) {
    super(message);
    this.answer = { status, body: { message, url: "https://git.example/api/swagger" } };
  }
}

export const notFound = (what = "The target couldn't be found.") => new Refusal(404, what);

/** An address that the server does not have: its router answers, and not the API. */
export const noRoute: Answer = { status: 404, body: "404 page not found\n" };

/** The most that a page holds, whatever is asked for. */
const MAX_RESPONSE_ITEMS = 50;
const USUAL = 30;

/** A page of a list by `limit` and `page`; an empty one after the last. `linked`: it says whether the list goes on. */
export function paged(items: readonly unknown[], url: URL, linked = false): Answer {
  const size = Math.min(Number(url.searchParams.get("limit") ?? USUAL), MAX_RESPONSE_ITEMS);
  const asked = new URL(url);
  asked.searchParams.set("per_page", String(size));
  const { shown, link } = pageOf(items, asked, USUAL);
  const headers = { "x-total-count": String(items.length) };
  return { status: 200, body: shown, headers: linked && link !== "" ? { ...headers, link } : headers };
}
