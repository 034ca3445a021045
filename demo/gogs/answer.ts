import type { Answer } from "../stand-in/answer.ts";

/** A refusal in Gogs' shape: a `message` where it says why, and often nothing at all. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(status: number, message = "") {
    super(message);
    const url = "https://gogs.io/api-reference";
    this.answer = message === "" ? { status } : { status, body: { message, url } };
  }
}

/** What is not there, and what the caller may not see. */
export const notFound = () => new Refusal(404);
export const unauthorized = () => new Refusal(401);
export const forbidden = () => new Refusal(403);
export const invalid = (message: string) => new Refusal(422, message);
