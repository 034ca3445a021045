import type { Automation } from "../core/automation.ts";
import { threadKey } from "../core/event.ts";
import type { Executor } from "../core/executor.ts";
import type { Forge } from "../core/forge.ts";
import type { Claim } from "../core/job.ts";
import { StepStopped } from "../core/job.ts";
import type { Run, RunFacts } from "../core/run.ts";
import type { Store } from "../core/store.ts";
import { askReports } from "../core/store.ts";
import type { Patience, Start } from "./checkout.ts";
import { checkOut } from "./checkout.ts";
import { commandOf, OUTPUT_LIMIT } from "./command.ts";
import type { SandboxState } from "./confinement.ts";
import { confinementOf } from "./confinement.ts";
import type { Ending } from "./ending.ts";
import { endingOfExit, over } from "./ending.ts";
import { writeFiles } from "./files.ts";
import type { Git } from "./git.ts";
import type { Mirrors } from "./mirror.ts";
import type { Output } from "./output.ts";
import type { PublishTools } from "./publish.ts";
import { publish, show } from "./publish.ts";
import { tryAgain } from "./retry.ts";
import { trustIn } from "./trust.ts";
import type { Watch } from "./watch.ts";
import type { Workspace } from "./workspace.ts";

/** Earlier runs of an automation in a repository that are looked at for a branch to go on with: as many as are listed. */
const MOST_EARLIER = 200;

/** One attempt at a run, with everything that it works with. */
export interface Attempt {
  readonly claim: Claim;
  readonly run: Run;
  readonly automation: Automation;
  readonly forge: Forge;
  readonly workspace: Workspace;
  readonly store: Store;
  readonly executor: Executor;
  readonly sandbox: () => Promise<SandboxState>;
  readonly git: Git;
  readonly mirrors: Mirrors;
  readonly patience: Patience;
  readonly watch: Watch;
  readonly output: Output;
  readonly redact: (text: string) => string;
  /** The page of the run. Absent without a public address. */
  readonly url: string | undefined;
  /** Told when it is written down that the command starts: from there on the run may not simply be repeated. */
  readonly onStart: () => void;
}

/**
 * Prepare the workspace, execute the command and publish what it did. What an attempt before has pushed stays as it is:
 * its statuses stand on that commit, so all that is left to do is to show it. Throws what cut it short.
 */
export async function attempt(given: Attempt): Promise<Ending> {
  const { run, watch, forge, workspace } = given;
  const { branch, pushedSha } = run;
  if (branch !== undefined && pushedSha !== undefined) {
    given.output.say(`an attempt before this one has pushed ${pushedSha} to ${branch}`);
    await watch.look();
    const base = given.automation.proposal.base ?? (await forge.defaultBranch(run.repo, watch.signal));
    return succeeded(await show(toolsOf(given), run, { workspace, branch, base }));
  }
  const start = await prepare(given);
  const failed = await execute(given, start);
  if (failed !== undefined) return failed;
  await watch.look();
  if (start?.publish === undefined) return over("succeed", "", { exitCode: 0 });
  const { sha, publish: to } = start;
  return succeeded(await publish(toolsOf(given), run, { workspace, start: sha, to }));
}

/** Only a command that ended with exit code 0 comes to be published. */
const succeeded = (facts: RunFacts): Ending => over("succeed", facts.reason ?? "", { ...facts, exitCode: 0 });

const toolsOf = (given: Attempt): PublishTools => ({
  proposal: given.automation.proposal,
  commits: given.automation.commits,
  git: given.git,
  forge: given.forge,
  signal: given.watch.signal,
  runUrl: given.url,
  redact: given.redact,
  say: (sentence) => given.output.say(sentence),
  note: (known) => note(given, known),
});

async function prepare(given: Attempt): Promise<Start | undefined> {
  const { run, automation, forge, git, mirrors, watch, workspace, output } = given;
  if (automation.workspace === "none") return undefined;
  output.say(`fetching ${run.repo.fullName}`);
  const { patience } = given;
  const say = (sentence: string) => output.say(sentence);
  const tools = { ...pastOf(given), git, mirrors, forge, signal: watch.signal, patience, say };
  const start = await checkOut(tools, run, workspace);
  output.say(`checked out ${start.sha}`);
  return start;
}

/** What a checkout must know of the automation and of the runs before. */
function pastOf({ run, automation, store }: Attempt) {
  const { forge, repo } = run;
  const { proposal, commits } = automation;
  return {
    proposal,
    author: commits.author,
    isOurs: async (sha: string) => (await store.runThatPushed(forge, repo.id, sha)) !== undefined,
    earlierBranches: async () => {
      const of = { forge, repo: repo.id, automation: automation.name, limit: MOST_EARLIER };
      const key = run.thread && threadKey(run.thread);
      const earlier = (await store.runs(of)).filter(({ thread }) => thread && threadKey(thread) === key);
      return earlier.flatMap(({ branch, pushedSha }) => (branch && pushedSha ? [branch] : []));
    },
  };
}

/** Execute the command; undefined where it went well. That it starts is written down first. */
async function execute(given: Attempt, start: Start | undefined): Promise<Ending | undefined> {
  const { run, automation, forge, workspace, store, executor, watch, output, url } = given;
  const confinement = confinementOf({ sandbox: automation.sandbox, agent: false }, await given.sandbox());
  if (confinement.kind === "refused") return over("error", confinement.reason);
  const delivery = await store.delivery(run.delivery);
  const files = await writeFiles(workspace.files, { run, delivery });
  const trust = await trustIn(run, start?.sha, { automation, forge, store, signal: watch.signal });
  if ("barred" in trust) return over("error", trust.barred);
  const command = commandOf({
    run,
    delivery,
    automation,
    forge,
    workspace,
    files,
    start,
    trusted: trust.trusted,
    runUrl: url,
    confinement,
  });
  await watch.look();
  const noted = await store.write(given.claim, async (transaction) => {
    await transaction.commandStarted(run.id);
    const known = await transaction.noteRun(run.id, { branch: start?.publish?.branch, sha: start?.sha });
    // Only now it is known where its status stands.
    if (run.sha === undefined && !run.publishes) await askReports(transaction, known);
    return known;
  });
  if (noted === "lost") throw new StepStopped("lost");
  given.onStart();
  output.say(confinement.kind === "boxed" ? "starting the command in the sandbox" : "starting the command");
  let printed = 0;
  const onOutput = (text: string) => {
    printed += Buffer.byteLength(text);
    output.print(text);
  };
  const exit = await executor.execute(command, { signal: watch.signal, onOutput });
  // The executor cuts at a whole character, of four bytes at most.
  if (printed > OUTPUT_LIMIT - 4) output.say("the command printed more than 5 MiB: the rest was dropped");
  watch.signal.throwIfAborted();
  return endingOfExit(exit, automation.timeout);
}

/** Write down what stands at the forge now, and ask for its reports: a bad moment of the store does not undo that. */
async function note({ store, claim, run, watch }: Attempt, facts: RunFacts): Promise<void> {
  const noted = await tryAgain(watch.signal, () =>
    store.write(claim, async (transaction) => {
      const known = await transaction.noteRun(run.id, facts);
      await askReports(transaction, known);
      return known;
    }),
  );
  if (noted === "lost") throw new StepStopped("lost");
}
