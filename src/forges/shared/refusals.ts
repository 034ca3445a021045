import { ForgehandError } from "../../core/errors.ts";

/** Whether the forge says that the thing is not there, which is what we wanted or can mend. */
export function isGone(error: unknown): boolean {
  return error instanceof ForgehandError && error.code === "FORGE_NOT_FOUND";
}

/** Whether the forge understood and will not do it. */
export function isRefusal(error: unknown): error is ForgehandError {
  return error instanceof ForgehandError && error.code === "FORGE_REFUSED";
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

/** What it means that a repository has no default branch. */
export function emptyRepository(fullName: string): ForgehandError {
  const message = `${fullName} has no default branch, since its repository is empty: push a first commit.`;
  return new ForgehandError("FORGE_NOT_FOUND", message);
}
