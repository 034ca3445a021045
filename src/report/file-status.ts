import type { KeptFile } from "../core/repository-file.ts";
import { problemText, REPOSITORY_FILE, REPOSITORY_FILE_CONTEXT } from "../core/repository-file.ts";
import type { Status } from "../core/status.ts";

/** The status that tells of the file of a repository: its first problem, and how many there are beside. */
export function fileStatus({ problems }: Pick<KeptFile, "problems">): Status {
  const context = REPOSITORY_FILE_CONTEXT;
  const [first, ...others] = problems;
  if (first === undefined) {
    return { state: "success", context, description: `${REPOSITORY_FILE} counts again.` };
  }
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  return { state: "error", context, description: `${problemText(first)}${more}` };
}
