import type { Usage } from "../core/agent.ts";
import type { Run, RunState, WaitsFor } from "../core/run.ts";
import type { Answer, Outlook, Refusal, Wait } from "../core/store.ts";
import type { Status } from "../core/status.ts";
import { STATUS_OF } from "../core/status.ts";
import { code, COMMENT_MARKER, cut, neutralise } from "../core/text.ts";

/** The address of a run's page; undefined without a public address. */
export type RunUrl = (run: Run) => string | undefined;

/** What every state is called in a sentence. */
const SAID: Readonly<Record<RunState, string>> = {
  queued: "is under way",
  running: "is under way",
  paused: "is paused",
  succeeded: "succeeded",
  failed: "failed",
  errored: "could not be finished",
  cancelled: "was cancelled",
};

const SIGN: Readonly<Record<RunState, string>> = {
  queued: "⏳",
  running: "⏳",
  paused: "⏸️",
  succeeded: "✅",
  failed: "❌",
  errored: "⚠️",
  cancelled: "⏹️",
};

/** Characters of a reason that a comment shows; the rest is on the run's page. */
const REASON_IN_COMMENT = 2_000;

/** The status that a run shows. Waiting and running read the same, so that starting posts nothing new. */
export function statusOf(run: Run, url: RunUrl): Status {
  const said = `Run ${run.id} ${SAID[run.state]}`;
  return {
    state: STATUS_OF[run.state],
    context: run.context,
    description: run.reason === "" ? `${said}.` : `${said}: ${run.reason}`,
    url: url(run),
  };
}

/** What a comment says beside the runs themselves. */
export interface Talk {
  readonly refusals: readonly Refusal[];
  /** What waits for the approval of a fork's head, oldest first. */
  readonly waits: readonly Wait[];
  /** The answer to the command that came last. */
  readonly answer?: Answer;
  /** What can be foretold of runs that are not over, by their numbers. */
  readonly outlooks: ReadonlyMap<number, Outlook>;
}

/** Characters of a whole comment: the strictest forge takes 32,768 (Bitbucket Data Center, before it takes no more). */
const COMMENT_LENGTH = 30_000;

/**
 * The one comment of an issue or pull request: the newest run of each automation, what waits for an approval, whom it
 * refused, and the answer to the last command. Where that gets too long, the oldest runs are left out.
 */
export function commentOf(runs: readonly Run[], talk: Talk, url: RunUrl): string {
  const said = [
    ...waitParts(talk.waits),
    ...talk.refusals.map(({ text, actor }) => `🚫 \`${code(actor.login)}\`: ${neutralise(text)}`),
    ...(talk.answer === undefined ? [] : [answerPart(talk.answer)]),
  ];
  const parts = runs.map((run) => runPart(run, url(run), talk.outlooks.get(run.id)));
  const shown = newestThatFit(parts, COMMENT_LENGTH - said.join("\n\n").length);
  const left = parts.length - shown.length;
  const rest = left === 0 ? [] : [`(${left} more ${left === 1 ? "run is" : "runs are"} left out here.)`];
  return `${COMMENT_MARKER}\n${[...rest, ...shown, ...said].join("\n\n")}\n`;
}

function newestThatFit(parts: readonly string[], space: number): readonly string[] {
  let from = parts.length;
  for (let left = space; from > 0; from -= 1) {
    left -= (parts[from - 1] ?? "").length + 2;
    if (left < 0 && from < parts.length) break;
  }
  return parts.slice(from);
}

function runPart(run: Run, url: string | undefined, outlook: Outlook | undefined): string {
  const name = url === undefined ? `Run ${run.id}` : `[Run ${run.id}](${url})`;
  const again = run.attempts > 1 ? ` This is attempt ${run.attempts}.` : "";
  const ahead = outlook === undefined ? "" : outlookOf(run, outlook);
  const lines = [
    `${SIGN[run.state]} **${code(run.automation)}**: ${name} ${SAID[run.state]}.${again}${ahead}`,
  ];
  const followed = run.follows === undefined ? undefined : followedBy(run);
  if (followed !== undefined) lines.push(followed);
  if (run.reason !== "") lines.push(harmless(cut(run.reason, REASON_IN_COMMENT)));
  if (run.result !== undefined && run.result.trim() !== "") lines.push(quoted(run.result));
  if (run.pullRequest !== undefined) {
    lines.push(`Pull request: ${run.pullRequest.url}`);
  } else if (run.pushedSha !== undefined && run.branch !== undefined) {
    lines.push(`Branch: \`${code(run.branch)}\``);
  }
  if (run.usage !== undefined) lines.push(usageOf(run.usage));
  return lines.join("\n\n");
}

/** What a run answers that goes on from another; undefined where it is nothing that somebody said or checked. */
function followedBy({ event }: Run): string | undefined {
  switch (event.kind) {
    case "comment":
      return `It answers a comment by \`${code(event.actor.login)}\`${at(event.comment.url)}.`;
    case "review":
      return `It answers a review by \`${code(event.actor.login)}\`${at(event.review.url)}.`;
    case "check":
      return `It answers the check \`${code(cut(event.check.name, 100))}\`, which failed on ${event.check.sha}${at(event.check.url)}.`;
    default:
      return undefined;
  }
}

/** An address as a delivery has it, where it is one of the web: shown to people, and never called. */
function at(url: string | undefined): string {
  const address = url === undefined ? null : URL.parse(url);
  return address?.protocol === "https:" || address?.protocol === "http:" ? `: <${address.href}>` : "";
}

/** Whom a run waits for, and how long one takes. A run that waits for nobody reads the same as one that has started. */
function outlookOf({ state, waitsFor }: Run, { before, usual }: Outlook): string {
  if (state === "paused") return "";
  const waits = state === "queued" && waitsFor !== undefined ? ` ${WAITS[waitsFor]}` : "";
  const place = waits === "" ? "" : `, as number ${before + 1} in line.`;
  const queue =
    waits === "" && state === "queued" && before > 0
      ? ` ${before} ${before === 1 ? "run is" : "runs are"} before it.`
      : `${waits}${place}`;
  return usual === undefined ? queue : `${queue} It usually takes ${aboutLong(usual)}.`;
}

/** What a run waits for, in a sentence that goes on. */
const WAITS: Readonly<Record<WaitsFor, string>> = {
  group: "It waits, since runs of its group do not run beside one another",
  repository: "It waits for a slot in this repository",
  automation: "It waits for a slot of its automation",
};

const MINUTE_MS = 60_000;

/** A length of time as somebody who waits wants to know it. */
function aboutLong(milliseconds: number): string {
  const minutes = Math.round(milliseconds / MINUTE_MS);
  if (minutes < 1) return "less than a minute";
  if (minutes < 90) return minutes === 1 ? "about a minute" : `about ${minutes} minutes`;
  return `about ${Math.round(minutes / 60)} hours`;
}

function usageOf({ inputTokens, outputTokens, cost }: Usage): string {
  const count = (tokens: number): string => tokens.toLocaleString("en-US");
  const price = cost === undefined ? "" : `, about $${cost.toFixed(2)}`;
  return `Tokens: ${count(inputTokens)} in, ${count(outputTokens)} out${price}.`;
}

/** What waits, each with the exact words that let it run. Of heads that were pushed over nothing is said. */
function waitParts(waits: readonly Wait[]): string[] {
  const newest = new Map(waits.map(({ automation, sha }) => [automation, sha]));
  return [...Map.groupBy(newest, ([, sha]) => sha)].map(([sha, waiting]) => {
    const names = waiting.map(([automation]) => `**${code(automation)}**`).join(", ");
    const verb = waiting.length === 1 ? "waits" : "wait";
    return (
      `⏸️ ${names} ${verb}: this pull request comes from a fork. Look at its commit ${sha} first; if it may run, with ` +
      `all secrets that the repository's own code gets, say:\n\n\`/forgehand approve ${sha}\``
    );
  });
}

/** Characters of an answer. */
const ANSWER_LENGTH = 4_000;

function answerPart({ actor, text }: Answer): string {
  const said = cut(text, ANSWER_LENGTH);
  return `💬 \`${code(actor.login)}\`:${said.includes("\n") ? "\n\n" : " "}${said}`;
}

/** Characters of a result that a comment shows; the rest is on the run's page. */
const RESULT_LENGTH = 4_000;

/** Text of a command or an agent as a quote: a block of code that it leaves open ends with the quote. */
function quoted(text: string): string {
  return withoutTags(cut(text.trim(), RESULT_LENGTH)).replace(/^/gm, "> ");
}

/** Text of others that cannot change how the rest of the comment reads: no HTML, no block of code that stays open. */
function harmless(text: string): string {
  return withoutTags(text).replace(/^([ \t>]*)(?=```|~~~)/gm, "$1\u200b");
}

function withoutTags(text: string): string {
  return neutralise(text.replace(/\r\n?/g, "\n")).replace(/<(?=[a-z/!?])/gi, "<\u200b");
}
