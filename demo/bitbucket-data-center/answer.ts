import type { Answer } from "../stand-in/answer.ts";

/** A refusal in Bitbucket's shape. `exception` is the class that it names, below `com.atlassian.bitbucket`. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(status: number, exception: string | null, message: string, more: object = {}) {
    super(message);
    const exceptionName = exception && `com.atlassian.bitbucket.${exception}`;
    this.answer = { status, body: { errors: [{ context: null, message, exceptionName, ...more }] } };
  }
}

export const unauthenticated = () =>
  new Refusal(401, "auth.IncorrectPasswordAuthenticationException", "Authentication failed.");

/** A right is missing. Bitbucket says 401 to that, as to a bad token. */
export const forbidden = () =>
  new Refusal(401, "AuthorisationException", "You are not permitted to access this resource");

/** A thing that is not there, by the exception of its kind. */
export const notFound = (exception: string, what: string) =>
  new Refusal(404, exception, `${what} does not exist.`);

/** Something is written without JSON, and nothing says that no page forged it. */
export const forged = () => new Refusal(403, null, "XSRF check failed");

export const invalid = (message: string) => new Refusal(400, "ArgumentValidationException", message);

export const conflict = (exception: string, message: string, more: object = {}) =>
  new Refusal(409, exception, message, more);

/** An address that the server does not have is told by the framework, in a shape of its own. */
export const UNKNOWN_ADDRESS: Answer = {
  status: 404,
  body: { message: "HTTP 404 Not Found", "status-code": 404 },
};

/** A list as a page of 25, or of what `limit` asks for; it says itself where the next one begins. */
export function paged(items: readonly unknown[], url: URL): Answer {
  const asked = (name: string, usual: number) => Number(url.searchParams.get(name) ?? usual);
  const limit = Math.min(asked("limit", 25), 1_000);
  const start = asked("start", 0);
  const values = items.slice(start, start + limit);
  const isLastPage = start + limit >= items.length;
  const nextPageStart = isLastPage ? null : start + limit;
  return { status: 200, body: { values, size: values.length, limit, start, isLastPage, nextPageStart } };
}
