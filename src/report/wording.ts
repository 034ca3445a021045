import type { Run, RunState } from "../core/run.ts";
import type { Refusal } from "../core/store.ts";
import type { Status } from "../core/status.ts";
import { STATUS_OF } from "../core/status.ts";
import { COMMENT_MARKER, cut, neutralise } from "../core/text.ts";

/** The address of a run's page; undefined without a public address. */
export type RunUrl = (run: Run) => string | undefined;

/** What every state is called in a sentence. */
const SAID: Readonly<Record<RunState, string>> = {
  queued: "is under way",
  running: "is under way",
  succeeded: "succeeded",
  failed: "failed",
  errored: "could not be finished",
  cancelled: "was cancelled",
};

const SIGN: Readonly<Record<RunState, string>> = {
  queued: "⏳",
  running: "⏳",
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

/** The one comment of an issue or pull request: the newest run of each automation, then whom it refused. */
export function commentOf(runs: readonly Run[], refusals: readonly Refusal[], url: RunUrl): string {
  const parts = [
    ...runs.map((run) => runPart(run, url(run))),
    ...refusals.map(({ text, actor }) => `🚫 \`${code(actor.login)}\`: ${neutralise(text)}`),
  ];
  return `${COMMENT_MARKER}\n${parts.join("\n\n")}\n`;
}

function runPart(run: Run, url: string | undefined): string {
  const name = url === undefined ? `Run ${run.id}` : `[Run ${run.id}](${url})`;
  const lines = [`${SIGN[run.state]} **${code(run.automation)}**: ${name} ${SAID[run.state]}.`];
  if (run.reason !== "") lines.push(neutralise(cut(run.reason, REASON_IN_COMMENT)));
  if (run.pullRequest !== undefined) {
    lines.push(`Pull request: ${run.pullRequest.url}`);
  } else if (run.pushedSha !== undefined && run.branch !== undefined) {
    lines.push(`Branch: \`${code(run.branch)}\``);
  }
  return lines.join("\n\n");
}

/** Text that may stand between backticks. */
const code = (text: string): string => text.replace(/`/g, "'");
