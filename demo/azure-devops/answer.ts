import type { Answer } from "../stand-in/answer.ts";

/** A refusal in the shape of Azure DevOps. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(status: number, message: string) {
    super(message);
    this.answer = { status, body: { $id: "1", innerException: null, message, errorCode: 0 } };
  }
}

export const notFound = (what: string) =>
  new Refusal(404, `TF401019: ${what} does not exist or may not be seen.`);

export const forbidden = () =>
  new Refusal(403, "TF401027: You need another permission to perform this action.");

export const invalid = (problem: string) => new Refusal(400, `VS403001: ${problem}`);

/** What somebody without a valid token gets who says that it is a program. */
export const unauthorized = () =>
  new Refusal(401, "TF400813: The user is not authorized to access this resource.");

/** A list as all of them are answered. */
export function listed(value: readonly unknown[]): Answer {
  return { status: 200, body: { count: value.length, value } };
}

/** The piece of a list that `$top` and `$skip` ask for. */
export function pieceOf<Item>(items: readonly Item[], { searchParams }: URL, usual: number): readonly Item[] {
  const skip = Number(searchParams.get("$skip") ?? 0);
  return items.slice(skip, skip + Number(searchParams.get("$top") ?? usual));
}
