import type { Git } from "./git.ts";
import { visible } from "./visible.ts";

/** Files at the root of a repository in which people tell agents how to work there, in the order in which they count. */
const RULE_FILES = ["AGENTS.md", "AGENT.md", "CLAUDE.md", "GEMINI.md", ".github/copilot-instructions.md"];
/** Characters that are taken of one file, and of all. */
const LONGEST_FILE = 30_000;
const LONGEST_RULES = 60_000;

/**
 * The rules of the project out of a commit: that of the branch that everything goes into, never of somebody's proposal.
 * Empty where there are none.
 */
export async function rulesAt(
  git: Git,
  gitDir: string,
  { commit, signal }: { commit: string; signal: AbortSignal },
): Promise<string> {
  const call = { to: "read the project's rules", gitDir, signal };
  const parts: string[] = [];
  for (const path of RULE_FILES) {
    const listed = await git(["ls-tree", "-z", "-l", commit, "--", path], call);
    // Only a regular file of a size that somebody may have written: a link leads elsewhere.
    const [, size] = /^100\d{3} blob \S+ +(\d+)\t/.exec(listed) ?? [];
    if (size === undefined || Number(size) > 4 * LONGEST_FILE) continue;
    const bytes = await git(["cat-file", "blob", `${commit}:${path}`], call);
    const text = visible(Buffer.from(bytes, "latin1").toString()).trim().slice(0, LONGEST_FILE);
    if (text !== "" && !parts.some((part) => part.endsWith(text))) parts.push(`(${path})\n${text}`);
  }
  return parts.join("\n\n").slice(0, LONGEST_RULES);
}
