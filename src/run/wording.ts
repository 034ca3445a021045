import type { Forge } from "../core/forge.ts";
import type { Run } from "../core/run.ts";
import { COMMENT_MARKER, cut, neutralise } from "../core/text.ts";
import { issueOf } from "./branch.ts";

/** Characters of a command's summary that a description takes: below the limit of every forge (65,536 on GitHub). */
const LONGEST_SUMMARY = 60_000;
const LONGEST_TITLE = 200;

/** Title of a pull request: the issue's. */
export function titleOf(run: Run): string {
  const title = (issueOf(run)?.title ?? "").replace(/\s+/g, " ").trim();
  return title === "" ? `Changes by ${run.automation}` : cut(title, LONGEST_TITLE);
}

/** Message of the commit that takes up what a command left uncommitted. */
export function messageFor(run: Run): string {
  return `${titleOf(run)}\n\nMade by run ${run.id} of the automation ${run.automation}.\n`;
}

/** Description of a pull request: the command's summary or a sentence of ours, what it closes, and where it is from. */
export function descriptionOf(
  run: Run,
  { forge, summary, runUrl }: { forge: Forge; summary: string; runUrl: string | undefined },
): string {
  const said = neutralise(cut(summary.trim(), LONGEST_SUMMARY));
  const number = run.thread?.number ?? 0;
  const from = runUrl === undefined ? `run ${run.id}` : `[run ${run.id}](${runUrl})`;
  const parts = [
    said === "" ? `What issue ${number} asks for: ${neutralise(titleOf(run))}` : said,
    forge.closingReference(number),
    `Made by ${from} of the automation \`${run.automation}\`.`,
    COMMENT_MARKER,
  ];
  return parts.join("\n\n");
}
