import type { Forge } from "../core/forge.ts";
import type { Run } from "../core/run.ts";
import { COMMENT_MARKER, cut, neutralise } from "../core/text.ts";
import type { Author } from "./checkout.ts";
import { namesOf, render } from "./template.ts";
import { issueOf } from "./subject.ts";

/** Characters of a command's summary that a description takes: below the limit of every forge (65,536 on GitHub). */
const LONGEST_SUMMARY = 60_000;
const LONGEST_TITLE = 200;

/** Title of a pull request: what the owner's template makes, else the issue's. */
export function titleOf(run: Run, template?: string): string {
  const said = template === undefined ? issueOf(run)?.title : render(template, namesOf(run));
  const title = (said ?? "").replace(/\s+/g, " ").trim();
  return title === "" ? `Changes by ${run.automation}` : cut(title, LONGEST_TITLE);
}

/** Message of the commit that takes up what a command left uncommitted. `signedOff`: who signs it off, if anybody. */
export function messageFor(run: Run, signedOff?: Author): string {
  const parts = [titleOf(run), `Made by run ${run.id} of the automation ${run.automation}.`];
  if (signedOff !== undefined) parts.push(`Signed-off-by: ${signedOff.name} <${signedOff.email}>`);
  return `${parts.join("\n\n")}\n`;
}

/** Description of a pull request: the command's summary or a sentence of ours, what it closes, and where it is from. */
export function descriptionOf(
  run: Run,
  {
    forge,
    summary,
    comparison,
    runUrl,
  }: { forge: Forge; summary: string; comparison?: string | undefined; runUrl: string | undefined },
): string {
  const said = neutralise(cut(summary.trim(), LONGEST_SUMMARY));
  const number = run.thread?.number;
  const from = runUrl === undefined ? `run ${run.id}` : `[run ${run.id}](${runUrl})`;
  const parts = [
    said === "" ? neutralise(whatFor(run)) : said,
    ...(comparison === undefined ? [] : [comparison]),
    ...(number === undefined ? [] : [forge.closingReference(number)]),
    `Made by ${from} of the automation \`${run.automation}\`.`,
    COMMENT_MARKER,
  ];
  return parts.join("\n\n");
}

function whatFor(run: Run): string {
  if (run.thread !== undefined) return `What issue ${run.thread.number} asks for: ${titleOf(run)}`;
  return run.event.kind === "schedule" ? `What was due at ${run.event.at}.` : "What was asked for by hand.";
}
