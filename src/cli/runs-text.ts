import { actorName, threadName } from "../core/event.ts";
import type { Run } from "../core/run.ts";
import { printable } from "./log.ts";

/** Where a run belongs: `github octo/hello issue #7`, or the ref and commit of a push. */
function placeOf({ forge, repo, thread, ref, sha }: Run): string {
  const what = thread === undefined ? `${ref ?? ""}@${(sha ?? "").slice(0, 7)}` : threadName(thread);
  return `${forge} ${repo.fullName} ${what}`;
}

/** A run on one line. */
export function runLine(run: Run): string {
  const columns = [
    String(run.id).padStart(5),
    run.state.padEnd(9),
    run.createdAt.toISOString().slice(0, 19).replace("T", " "),
    run.automation,
    placeOf(run),
    run.reason.split("\n")[0] ?? "",
  ];
  return printable(columns.join("  ")).trimEnd();
}

/** A run as a list of facts, without those that are not known. */
export function runText(run: Run): string {
  const facts: readonly (readonly [string, string | number | undefined])[] = [
    ["run", run.id],
    ["state", run.state],
    ["reason", run.reason],
    ["automation", run.automation],
    ["place", placeOf(run)],
    ["asked by", actorName(run.actor)],
    ["delivery", run.delivery],
    ["commit", run.sha],
    ["attempts", run.attempts],
    ["created", run.createdAt.toISOString()],
    ["started", run.startedAt?.toISOString()],
    ["command started", run.commandStartedAt?.toISOString()],
    ["finished", run.finishedAt?.toISOString()],
    ["exit code", run.exitCode],
    ["branch", run.branch],
    ["pushed", run.pushedSha],
    ["pull request", run.pullRequest?.url],
    ["asked to stop", run.cancelRequested],
  ];
  return facts
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => printable(`${`${name}:`.padEnd(16)} ${value ?? ""}`))
    .join("\n");
}
