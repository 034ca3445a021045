import { NO_USAGE } from "../core/agent.ts";
import type { Tried } from "./agent-work.ts";
import { begin, tryOne } from "./agent-work.ts";
import type { Attempt } from "./attempt-tools.ts";
import type { Start } from "./checkout.ts";
import { over } from "./ending.ts";
import { note } from "./note.ts";
import type { PublishTools } from "./publish.ts";
import { pushBeside } from "./publish.ts";
import type { Prepare, Worked } from "./worked.ts";
import type { Workspace } from "./workspace.ts";
import { openInner } from "./workspace.ts";

/** One of two that did the same task. */
interface Candidate {
  readonly name: string;
  readonly workspace: Workspace;
  readonly start: Start | undefined;
  readonly tried: Tried;
}

/**
 * Let two agents do the same task, each in a workspace of its own, and take the work that the owner's check is satisfied
 * with; that of the first one where it is with both. The other's is pushed beside it, so that people can compare.
 */
export async function workOfTwo(given: Attempt, prepare: Prepare, tools: PublishTools): Promise<Worked> {
  const { automation } = given;
  const candidates: Candidate[] = [];
  let spent = NO_USAGE;
  for (const [index, choice] of automation.compare.entries()) {
    const workspace = index === 0 ? given.workspace : await openInner(given.workspace, "other");
    const start = await prepare(workspace);
    const task = await begin(given, start);
    if ("kind" in task) return { failed: task };
    const tried = await tryOne(given, task, tools, { choice, workspace, start, spent });
    spent = tried.spent;
    await note(given, { usage: spent });
    candidates.push({ name: nameOf(automation.compare, index), workspace, start, tried });
  }
  const better = candidates.find(({ tried }) => tried.failed === undefined);
  if (better === undefined) {
    const reasons = candidates.map(({ tried }) =>
      tried.failed?.kind === "over" ? tried.failed.facts.reason : "",
    );
    return { failed: over("fail", `Neither did it. ${reasons.join(" ")}`, { usage: spent }) };
  }
  const facts = { ...better.tried.facts, usage: spent };
  await note(given, facts);
  const comparison = await compared(given, tools, { candidates, better });
  const { workspace, start, tried } = better;
  const { result, made } = tried;
  return { workspace, start, told: { facts, result, comparison, ...(made && { made }) } };
}

/** Two of one agent are told apart by their models. */
function nameOf(compare: Attempt["automation"]["compare"], index: number): string {
  const { name = "", model } = compare[index] ?? {};
  const twice = compare.filter((one) => one.name === name).length > 1;
  return twice ? `${name} (${model ?? `number ${index + 1}`})` : name;
}

/** Both side by side in Markdown, each with a link to what it changed. */
async function compared(
  { run, forge }: Attempt,
  tools: PublishTools,
  { candidates, better }: { candidates: readonly Candidate[]; better: Candidate },
): Promise<string | undefined> {
  const rows: string[] = [];
  for (const candidate of candidates) {
    const { name, workspace, start, tried } = candidate;
    const to = start?.publish;
    if (start === undefined || to === undefined) return undefined;
    const isBetter = candidate === better;
    const slug = name.replace(/[^a-z0-9]+/gi, "-").replace(/-$/, "");
    const branch = isBetter
      ? to.branch
      : await pushBeside(tools, run, {
          workspace,
          start: start.sha,
          to,
          made: tried.made,
          branch: `${to.branch}--${slug}-${run.id}`,
        });
    const diff =
      branch === undefined ? "nothing changed" : `[diff](${forge.compareUrl(run.repo, to.base, branch)})`;
    const verdict = tried.failed === undefined ? "passed" : "failed";
    rows.push(`| ${name}${isBetter ? " (this pull request)" : ""} | ${verdict} | ${diff} |`);
  }
  return [
    "Two agents did this task:",
    "",
    "| Agent | Check | Changes |",
    "| --- | --- | --- |",
    ...rows,
  ].join("\n");
}
