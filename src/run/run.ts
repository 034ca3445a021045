import { resolve } from "node:path";

import type { Agents } from "../core/agent.ts";
import type { Automation } from "../core/automation.ts";
import { remainingBudget } from "../core/budget.ts";
import { messageOf } from "../core/errors.ts";
import type { Executor } from "../core/executor.ts";
import type { Forge } from "../core/forge.ts";
import type { Claim } from "../core/job.ts";
import { StepStopped } from "../core/job.ts";
import type { Log } from "../core/log.ts";
import type { Run } from "../core/run.ts";
import { isOver } from "../core/run.ts";
import type { Store } from "../core/store.ts";
import { cut } from "../core/text.ts";
import { takeTurn } from "../core/turn.ts";
import { attempt } from "./attempt.ts";
import type { Patience } from "./beginning.ts";
import { PATIENCE } from "./beginning.ts";
import type { SandboxState } from "./confinement.ts";
import type { Ending } from "./ending.ts";
import { budgetEnded, durationOf, endingOfError, MOST_ATTEMPTS, over, triedAgain } from "./ending.ts";
import { finish, pause, release } from "./finish.ts";
import type { Git } from "./git.ts";
import { createGit } from "./git.ts";
import type { Guard } from "./guard.ts";
import { unguarded } from "./guard.ts";
import type { Mirrors } from "./mirror.ts";
import { createMirrors } from "./mirror.ts";
import type { Output } from "./output.ts";
import { openOutput } from "./output.ts";
import { createRedactor } from "./redact.ts";
import { watchRun } from "./watch.ts";
import type { Workspace } from "./workspace.ts";
import { gitIn, openWorkspace, removeLeftovers, removeWorkspace } from "./workspace.ts";

/** Characters of a reason: a few sentences. The rest is in the log of the run. */
const LONGEST_REASON = 1_000;

/** How long a run that waits for others is left alone at most, should nobody wake it (ms). */
const SWEEP_MS = 60_000;

/** What the step of a `run` job needs. */
export interface RunTools {
  readonly store: Store;
  readonly forge: (name: string) => Forge | undefined;
  /** The automation of a run, as it counts for that run; else a sentence that says why there is none. */
  readonly automation: (run: Run) => Automation | { readonly missing: string };
  readonly executor: Executor;
  /** Whether boxes can be made here. */
  readonly sandbox: () => Promise<SandboxState>;
  readonly agents: Agents;
  /** Mirrors and workspaces are kept in here. */
  readonly dataDir: string;
  /** Looks after all processes that a run starts; nobody does if not set. */
  readonly guard?: Guard;
  readonly log: Log;
  readonly runUrl: (run: Run) => string | undefined;
  /** How long a commit may take to be seen; as long as `PATIENCE` if not set. */
  readonly patience?: Patience;
}

/**
 * The step of a `run` job: prepares a workspace, executes the command and publishes what it did. Until the command
 * starts it may be repeated freely; after that only where the automation says so, since nobody knows how far it got.
 * Throws what may pass, so that the job is given back and tried again.
 */
export function createRunStep(given: RunTools): (claim: Claim, signal: AbortSignal) => Promise<void> {
  const tools = { patience: PATIENCE, guard: unguarded, ...given, dataDir: resolve(given.dataDir) };
  const git = createGit(tools.dataDir, tools.guard);
  const mirrors = createMirrors(tools.dataDir);
  return async (claim, signal) => {
    const run = await tools.store.run(Number(claim.subject));
    if (run === undefined || isOver(run.state) || run.state === "paused") {
      await tools.store.complete(claim, () => Promise.resolve());
      return;
    }
    const automation = tools.automation(run);
    const forge = tools.forge(run.forge);
    const step: Step = { ...tools, git, mirrors, claim, run, signal };
    if ("missing" in automation) {
      await close(step, over("error", automation.missing));
    } else if (forge === undefined) {
      await close(step, over("error", `There is no forge "${run.forge}" in the configuration any more.`));
    } else {
      const ending = mayNotStart(run, claim, automation);
      if (ending === undefined) {
        await work(step, automation, forge);
      } else {
        // A worker that was lost may have left its workspace, and processes in it.
        await removeLeftovers(tools.dataDir, run.id);
        await close(step, ending);
      }
    }
  };
}

interface Step extends Omit<RunTools, "patience" | "guard"> {
  readonly guard: Guard;
  readonly git: Git;
  readonly mirrors: Mirrors;
  readonly patience: Patience;
  readonly claim: Claim;
  readonly run: Run;
  readonly signal: AbortSignal;
}

/** Why a run ends before it is taken up; undefined where it may start, be it again. */
function mayNotStart(run: Run, claim: Claim, { restart }: Automation): Ending | undefined {
  if (run.cancelRequested !== undefined) return over("cancel", run.cancelRequested);
  if (run.pauseRequested !== undefined) return { kind: "paused", why: run.pauseRequested };
  if (run.commandStartedAt !== undefined && !restart) {
    return over(
      "error",
      "The worker was lost while the command ran, so nobody knows how far it got. Ask again to run it once more.",
    );
  }
  if (claim.attempts <= MOST_ATTEMPTS) return undefined;
  return over(
    "error",
    `The worker was lost ${MOST_ATTEMPTS} times while it had this run, so it is not tried again.`,
  );
}

/** Take a run up, do the attempt, and see that its workspace is gone afterwards, however it ended. */
async function work(step: Step, automation: Automation, forge: Forge): Promise<void> {
  const { store, claim, log, dataDir, signal } = step;
  const turn = await store.write(claim, (transaction) => takeTurn(transaction, step.run.id, automation));
  if (turn === "lost") return;
  if (turn.kind !== "started") {
    // Whoever goes on no more wakes what waits; the look that comes by itself only makes up for what was missed.
    const again = turn.kind === "waits" ? { again: SWEEP_MS } : {};
    await store.complete(claim, () => Promise.resolve(), again);
    if (turn.kind === "waits") log.info({ run: turn.run.id, for: turn.run.waitsFor }, "run waits");
    return;
  }
  const { run } = turn;
  const redactor = createRedactor(secretsOf(automation));
  const output = openOutput({ store, claim, run: run.id, redactor, log });
  const watch = watchRun(store, run.id, signal);
  const standing = { commandStarted: false, restart: automation.restart, attempts: claim.attempts };
  let workspace: Workspace | undefined;
  let gitAsked = false;
  const gitNoting: Git = (args, call) => {
    gitAsked = true;
    return step.git(args, call);
  };
  const perform = async (): Promise<Ending> => {
    workspace = await openWorkspace(dataDir, run.id, claim.token);
    const onStart = () => (standing.commandStarted = true);
    const { text: redact } = redactor;
    const url = step.runUrl(run);
    const git = gitIn(workspace, gitNoting);
    const { milliseconds: left = Infinity, ...budget } = await remainingBudget(store, automation, run);
    const timeout = Math.min(automation.timeout, left);
    const isCut = timeout < automation.timeout;
    if (isCut) output.say(`its budget leaves it ${durationOf(timeout)}`);
    const given = { ...step, git, budget, run, forge, workspace, watch, output, redact, url, onStart };
    const ending = await attempt({ ...given, automation: { ...automation, timeout } });
    return isCut ? budgetEnded(ending, automation.budget?.minutes ?? 0) : ending;
  };
  try {
    const ended = await perform().catch((error: unknown) => {
      const cause: unknown = watch.signal.aborted ? watch.signal.reason : error;
      log.info({ run: run.id, reason: redactor.text(messageOf(cause)) }, "run cut short");
      return endingOfError(cause, standing);
    });
    watch.end();
    const started = run.attempts + (standing.commandStarted ? 1 : 0);
    const ending = triedAgain(ended, { started, attempts: automation.attempts });
    const which = `attempt ${started} of ${automation.attempts}`;
    await close({ ...step, run }, ending, { output, which, redact: redactor.text });
  } finally {
    watch.end();
    // An executor leaves nothing behind, but git may have been left waiting for the forge.
    if (workspace !== undefined) await remove(workspace, { inUse: gitAsked, log });
  }
}

/** All that must not be seen in a log or a comment. */
function secretsOf({ secrets, agents, compare, commits }: Automation): string[] {
  const keys = [...agents, ...compare].map(({ key }) => key);
  return [...Object.values(secrets), ...keys, ...(commits.sign === undefined ? [] : [commits.sign.key])];
}

/** Write down how an attempt ended. Throws the fault that may pass. */
async function close(
  { store, claim, run, signal, log }: Step,
  ending: Ending,
  {
    output,
    which = "",
    redact = (text) => text,
  }: { output?: Output; which?: string; redact?: (text: string) => string } = {},
): Promise<void> {
  switch (ending.kind) {
    case "over": {
      const { move, facts } = ending;
      const reason = cut(redact(facts.reason ?? ""), LONGEST_REASON);
      output?.say(reason === "" ? "done" : reason);
      await output?.close();
      await finish(store, claim, { run, move, facts: { ...facts, reason }, signal });
      log.info({ run: run.id, move, exitCode: facts.exitCode }, "run over");
      return;
    }
    case "again":
      output?.say(`${which}: ${redact(ending.reason)} It is tried again from the beginning.`);
      await output?.close();
      await release(store, claim, run);
      log.info({ run: run.id }, "the command of a run ended badly and is tried again");
      return;
    case "paused":
      output?.say(`${redact(ending.why)} It starts from the beginning when it goes on.`);
      await output?.close();
      await pause(store, claim, { run, why: ending.why, signal });
      log.info({ run: run.id }, "run paused");
      return;
    case "fault":
      output?.say(`this may pass and is tried again: ${messageOf(ending.error)}`);
      await output?.close();
      await store.write(claim, (transaction) => transaction.moveRun(run.id, "requeue"));
      throw ending.error;
    case "released":
      output?.say("this worker is stopping: the run starts again with another one");
      await output?.close();
      await release(store, claim, run);
      return;
    case "lost":
      await output?.close();
      throw new StepStopped("lost");
  }
}

async function remove({ root }: Workspace, { inUse, log }: { inUse: boolean; log: Log }): Promise<void> {
  try {
    await removeWorkspace(root, { inUse });
  } catch (error) {
    log.warn({ folder: root, reason: messageOf(error) }, "a workspace could not be removed");
  }
}
