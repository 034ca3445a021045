import { ForgehandError } from "../../core/errors.ts";

/** Whether the forge says that the thing is not there, which is often what we wanted or can mend. */
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
