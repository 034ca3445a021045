import { ForgehandError } from "../../core/errors.ts";
import type { RefusedAnswer } from "./answers.ts";
import { errorOf, isForbidden } from "./answers.ts";
import { dataIn } from "./json.ts";

/** Characters of a reason, below which even a long one says all. */
const LONGEST_REASON = 500;

/**
 * The coded error of an answer that is no success, with its status and headers. Its verdict on trying again is that of
 * all forges, and `mayPass` where the forge says by other words that it may go through later.
 */
export class AnswerError extends ForgehandError {
  readonly status: number;
  readonly headers: RefusedAnswer["headers"];
  /** Whether a right is missing. */
  readonly isForbidden: boolean;

  constructor(forge: string, answer: RefusedAnswer, mayPass = false) {
    const { code, message, retryable, retryAfter } = errorOf(forge, answer);
    super(code, message, {
      retryable: retryable || mayPass,
      ...(retryAfter === undefined ? {} : { retryAfter }),
    });
    this.status = answer.status;
    this.headers = answer.headers;
    this.isForbidden = code === "FORGE_REFUSED" && isForbidden(answer);
  }
}

/** The forge's own sentence in a body: `message`, else `error`, a text or made of parts; else the bare text. */
export function reasonIn(text: string): string {
  return reasonOf(dataIn(text));
}

/** The same in a body that was read as data already. */
export function reasonOf(data: unknown): string {
  return shortened(saidIn(data));
}

/** A reason without the full stop at its end, since another one follows. Some are whole pages. */
export function shortened(reason: string): string {
  const said = reason.trim().replace(/\.$/, "");
  return said.length > LONGEST_REASON ? `${said.slice(0, LONGEST_REASON)}…` : said;
}

function saidIn(data: unknown): string {
  if (typeof data === "string") return data;
  if (typeof data !== "object" || data === null) return "";
  if (Array.isArray(data)) return JSON.stringify(data);
  const said = "message" in data ? data.message : "error" in data ? data.error : "";
  return typeof said === "string" ? said : JSON.stringify(said);
}

/** Whether the forge says that the thing is not there, which is what we wanted or can mend. */
export function isGone(error: unknown): boolean {
  return error instanceof ForgehandError && error.code === "FORGE_NOT_FOUND";
}

/** Whether the forge understood and will not do it. */
export function isRefusal(error: unknown): error is ForgehandError {
  return error instanceof ForgehandError && error.code === "FORGE_REFUSED";
}

/** Whether a right may be missing: some forges say so by denying that there is anything, or that they know us. */
export function isKeptOut(error: unknown): error is ForgehandError {
  if (isGone(error)) return true;
  return error instanceof AnswerError && (error.isForbidden || error.code === "FORGE_AUTH_FAILED");
}

/** False where the forge says that the thing is not there. */
export async function unlessGone(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** What a refused pull request means whose branch adds nothing. */
export function nothingNew(
  { branch, base }: { readonly branch: string; readonly base: string },
  cause: ForgehandError,
): ForgehandError {
  const message =
    `The branch ${branch} has no commit that ${base} lacks, so there is nothing for a pull request. ` +
    "Its changes may be merged already, or the command made none.";
  return new ForgehandError("FORGE_REFUSED", message, { cause });
}

/** What it means that the number of an issue is a pull request's, on a forge that numbers both in one row. */
export function pullRequestAsked(
  { fullName }: { readonly fullName: string },
  number: number,
): ForgehandError {
  const message = `#${number} of ${fullName} is a pull request and no issue: both are numbered in one row.`;
  return new ForgehandError("FORGE_NOT_FOUND", message);
}

/** What it means that a repository has no default branch. */
export function emptyRepository(fullName: string): ForgehandError {
  const message = `${fullName} has no default branch, since its repository is empty: push a first commit.`;
  return new ForgehandError("FORGE_NOT_FOUND", message);
}
