import type { Answer } from "../stand-in/answer.ts";
import { pageOf } from "../stand-in/answer.ts";

/** A part of GitHub's answer to what is wrong with the input. */
export interface Invalid {
  readonly resource: string;
  readonly code: "missing_field" | "invalid" | "already_exists" | "custom";
  readonly field?: string;
  readonly message?: string;
}

/** A refusal in GitHub's shape: `message`, `documentation_url`, `status`, and `errors` for bad input. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(status: number, message: string, errors?: readonly Invalid[]) {
    super(message);
    this.answer = {
      status,
      body: {
        message,
        ...(errors === undefined ? {} : { errors }),
        documentation_url: "https://docs.github.com/rest",
        status: String(status),
      },
    };
  }
}

export const notFound = () => new Refusal(404, "Not Found");

export const invalid = (...errors: Invalid[]) => new Refusal(422, "Validation Failed", errors);

/** A list as a page of 30, with a `Link` header to the pages around. */
export function paged(items: readonly unknown[], url: URL): Answer {
  const { shown, link } = pageOf(items, url, 30);
  return { status: 200, body: shown, ...(link === "" ? {} : { headers: { link } }) };
}
