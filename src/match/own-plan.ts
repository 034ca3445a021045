import type { FileProblem } from "../core/repository-file.ts";
import { problemsText, REPOSITORY_FILE } from "../core/repository-file.ts";
import type { Planned } from "./plan.ts";

/** What is said of an event whose repository has a file with problems: in place of its automations stands the file. */
export function fileTrouble(event: number, problems: readonly FileProblem[]): Planned {
  const reason = problemsText(problems);
  const about = { automation: REPOSITORY_FILE, origin: "repository", event } as const;
  return {
    plan: {
      kind: "nothing",
      match: { ...about, matched: false, reason, stillToAsk: [] },
      outcome: "not matched",
      reason,
    },
    steps: [{ what: "repository", ok: false, said: reason }],
  };
}
