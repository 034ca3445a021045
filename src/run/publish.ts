import { join } from "node:path";

import type { Commits, Proposal } from "../core/automation.ts";
import { messageOf } from "../core/errors.ts";
import type { PullRequest } from "../core/event.ts";
import type { Forge } from "../core/forge.ts";
import type { Run, RunFacts } from "../core/run.ts";
import { commitTree, takeTree } from "./changes.ts";
import type { Publication } from "./checkout.ts";
import { takeCommits } from "./commits.ts";
import type { Git } from "./git.ts";
import type { Guard } from "./guard.ts";
import { readPlain } from "./head.ts";
import { push } from "./push.ts";
import { tryAgain } from "./retry.ts";
import { descriptionOf, messageFor, titleOf } from "./wording.ts";
import type { Workspace } from "./workspace.ts";

/** Bytes that we read of a summary: what is longer is no description. */
const LONGEST_SUMMARY_FILE = 1024 * 1024;

export interface PublishTools {
  readonly proposal: Proposal;
  readonly commits: Commits;
  readonly git: Git;
  readonly guard: Guard;
  readonly forge: Forge;
  readonly signal: AbortSignal;
  readonly runUrl: string | undefined;
  /** Hides secrets in what the command wrote. */
  readonly redact: (text: string) => string;
  readonly say: (sentence: string) => void;
  /** Write down what stands at the forge, as soon as it does. */
  readonly note: (facts: RunFacts) => Promise<void>;
}

/** A branch that was pushed, to be shown by a pull request; described by the summary that the workspace may hold. */
interface Shown extends Pick<Publication, "branch" | "base" | "pullRequest">, Told {
  readonly workspace: Workspace;
}

/** What a description says beside, or where there is no summary. */
export interface Told {
  /** What the agent said in the end. */
  readonly result?: string;
  /** How its work compares with another's, in Markdown of ours. */
  readonly comparison?: string;
}

/** What a command did, and where it goes. */
interface Made {
  readonly workspace: Workspace;
  readonly start: string;
  readonly to: Publication;
  /** The commit of it, where it was made already: what came into the work tree afterwards is no part of it. */
  readonly made?: string | undefined;
}

/**
 * Turn what a command did into a branch and a pull request, and return what to say of it. Safe to repeat. Throws
 * GIT_FAILED and what the forge throws.
 */
export async function publish(
  tools: PublishTools,
  run: Run,
  { workspace, start, to, made, ...told }: Made & Told,
): Promise<RunFacts> {
  const { note } = tools;
  const sha = made ?? (await commit(tools, run, { workspace, start, to }));
  if (sha === start) {
    const reason = "Nothing was changed, so there is no pull request.";
    return to.pullRequest === undefined
      ? { reason }
      : { reason: "Nothing was changed.", ...link(to.pullRequest) };
  }
  await pushTo(tools, run, { gitDir: workspace.git, sha, ...to });
  await note({ branch: to.branch, pushedSha: sha });
  return show(tools, run, { ...to, ...told, workspace });
}

/**
 * Push what a command did to a branch of its own, beside the one that is proposed. Returns the branch; undefined where
 * nothing was changed.
 */
export async function pushBeside(
  tools: PublishTools,
  run: Run,
  { workspace, start, to, made, branch }: Made & { readonly branch: string },
): Promise<string | undefined> {
  const sha = made ?? (await commit(tools, run, { workspace, start, to }));
  if (sha === start) return undefined;
  await pushTo(tools, run, { gitDir: workspace.git, sha, branch, lease: "" });
  return branch;
}

async function pushTo(
  tools: PublishTools,
  { repo }: Run,
  { gitDir, sha, branch, lease }: { gitDir: string; sha: string; branch: string; lease: string },
): Promise<void> {
  tools.say(`pushing ${sha} to ${branch}`);
  await tryAgain(tools.signal, () => push(tools, repo, { gitDir, sha, branch, lease }));
}

/**
 * Open the pull request of a run that has pushed, be it in an attempt before this one, and return what to say of it. Safe
 * to repeat. Throws what the forge throws.
 */
export async function show(tools: PublishTools, run: Run, shown: Shown): Promise<RunFacts> {
  const { say, signal } = tools;
  const { branch, pullRequest } = shown;
  const opened = pullRequest ?? (await tryAgain(signal, () => open(tools, run, shown)));
  if (opened === "unsupported") {
    const page = tools.forge.compareUrl(run.repo, shown.base, branch);
    const reason = `The changes are on the branch ${branch}. Open a pull request from it by hand: ${page}`;
    return { reason };
  }
  say(`the changes are in pull request ${opened.number}`);
  if (pullRequest === undefined) await furnish(tools, run, opened);
  return { reason: "", ...link(opened) };
}

/** Give a new pull request its labels and reviewers. It stands without them, so what the forge refuses is only said. */
async function furnish(
  { proposal, forge, signal, say }: PublishTools,
  { repo }: Run,
  { number }: PullRequest,
): Promise<void> {
  const { labels, reviewers } = proposal;
  const thread = { kind: "pull_request", number } as const;
  const tryTo = async (what: string, step: () => Promise<"set" | "unsupported">) => {
    try {
      const done = await tryAgain(signal, step);
      if (done !== "set") say(`this forge cannot ${what}`);
    } catch (error) {
      signal.throwIfAborted();
      say(`could not ${what}: ${messageOf(error)}`);
    }
  };
  if (labels.length > 0) {
    await tryTo(`label pull request ${number}`, () =>
      forge.changeLabels(repo, thread, { add: labels, remove: [] }, signal),
    );
  }
  if (reviewers.length > 0) {
    await tryTo(`ask ${reviewers.join(", ")} to review pull request ${number}`, async () =>
      forge.requestReview(repo, number, reviewers, signal),
    );
  }
}

/**
 * All that the command did as one commit: its own commits, and what it left uncommitted on top of them. `start` where
 * that is nothing new, be it that the command only looked at an older commit.
 */
export async function commit(
  { git, guard, signal, say, commits }: PublishTools,
  run: Run,
  { workspace, start, to }: Omit<Made, "made">,
): Promise<string> {
  const head = await takeCommits(git, workspace, { start, packs: to.packs, signal });
  const { tree, leftOut } = await takeTree(git, workspace, { head, signal });
  for (const folder of leftOut) say(`${folder} is a git repository of its own and was left out`);
  const { author } = to;
  const { signOff } = commits;
  const sign = commits.sign && { ...commits.sign, guard };
  const message = messageFor(run, signOff ? author : undefined);
  // What the command committed bears no signature of ours: with one, all that it did is one commit.
  const parent = sign === undefined ? head : start;
  const sha = await commitTree(git, workspace, { tree, head: parent, message, author, sign, signal });
  const call = { to: "compare the commits", gitDir: workspace.git, signal };
  const isNew = await git(["rev-list", "--max-count=1", sha, `^${start}`], call);
  return isNew === "" ? start : sha;
}

async function open(
  { forge, signal, runUrl, redact, proposal }: PublishTools,
  run: Run,
  { workspace, branch, base, result = "", comparison }: Shown,
): Promise<PullRequest | "unsupported"> {
  const written = await readPlain(join(workspace.files, "summary.md"), LONGEST_SUMMARY_FILE);
  const body = descriptionOf(run, {
    forge,
    summary: redact(written?.trim() ? written : result),
    comparison,
    runUrl,
  });
  const { draft } = proposal;
  const title = titleOf(run, proposal.title);
  return forge.openPullRequest(run.repo, { branch, base, title, body, draft }, signal);
}

const link = ({ number, url }: PullRequest): RunFacts => ({ pullRequest: { number, url: url ?? "" } });
