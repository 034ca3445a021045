import type { z } from "zod";

import type { Repo } from "../../core/event.ts";
import type { Line } from "./line.ts";
import { pullRequestPath } from "./place.ts";
import { Iterations } from "./replies.ts";

export type Iteration = z.infer<typeof Iterations>["value"][number];

/** The pushes to a pull request, oldest first. The last one has its head; all else that tells one may lag behind. */
export async function iterationsOf(
  line: Line,
  repo: Repo,
  number: number,
  signal?: AbortSignal,
): Promise<readonly Iteration[]> {
  const path = `${pullRequestPath(repo, number)}/iterations`;
  const { value } = await line.ask({ path, reply: Iterations, signal });
  return value.toSorted((one, other) => one.id - other.id);
}
