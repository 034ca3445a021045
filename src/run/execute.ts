import type { Command, Exit } from "../core/executor.ts";
import { StepStopped } from "../core/job.ts";
import type { KeptDelivery } from "../core/store.ts";
import { askReports } from "../core/run-steps.ts";
import type { Attempt } from "./attempt-tools.ts";
import type { Start } from "./checkout.ts";
import type { Decided } from "./command.ts";
import { OUTPUT_LIMIT } from "./command.ts";
import type { Confinement, SandboxState } from "./confinement.ts";
import { confinementOf } from "./confinement.ts";
import type { Ending } from "./ending.ts";
import { over } from "./ending.ts";
import type { Files } from "./files.ts";
import { writeFiles } from "./files.ts";
import { trustIn } from "./trust.ts";
import type { Workspace } from "./workspace.ts";

/** All that is settled before anything is started. */
export interface Ready {
  readonly confinement: Exclude<Confinement, { kind: "refused" }>;
  /** False where the code that runs is someone else's. */
  readonly trusted: boolean;
  readonly delivery: KeptDelivery | undefined;
}

const UNASKED: SandboxState = { works: false, reason: "" };

/** Decide where a command runs and whose code it is; or how the run ends before it. */
export async function makeReady(
  { run, automation, forge, store, watch, sandbox, output }: Attempt,
  start: Start | undefined,
  { agent }: { agent: boolean },
): Promise<Ready | Ending> {
  const { sandbox: wish, written } = automation;
  // Where no box is wanted, nobody finds out whether one could be made.
  const state = wish === "none" ? UNASKED : await sandbox();
  const confinement = confinementOf({ sandbox: wish, written, agent }, state);
  if (confinement.kind === "refused") return over("error", confinement.reason);
  const delivery = await store.delivery(run.delivery);
  if (delivery?.body === undefined) {
    output.say("the body of the delivery that caused this run was pruned: the file payload.json is empty");
  }
  const trust = await trustIn(run, start?.sha, { automation, forge, store, signal: watch.signal });
  if ("barred" in trust) return over("error", trust.barred);
  return { confinement, trusted: trust.trusted, delivery };
}

/** The facts of a command in one workspace, with its files written there. */
export async function decidedIn(
  { run, automation, forge, url }: Attempt,
  { delivery, trusted, confinement }: Ready,
  { workspace, start, prompt }: { workspace: Workspace; start: Start | undefined; prompt?: string },
): Promise<Decided> {
  const files: Files = await writeFiles(workspace.files, { run, delivery, prompt });
  return { run, delivery, automation, forge, workspace, files, start, trusted, runUrl: url, confinement };
}

/** Write down that the command starts: from here on nobody knows how far it got. Throws what the watch throws, and StepStopped. */
export async function noteStart(given: Attempt, start: Start | undefined): Promise<void> {
  const { run, store, watch, claim } = given;
  const noted = await store.write(claim, async (transaction) => {
    const facts = { branch: start?.publish?.branch, sha: start?.sha };
    const known = await transaction.commandStarted(run.id, facts);
    // Thrown here, so that nothing is written of a command that does not start.
    watch.see(known);
    // Only now it is known where its status stands.
    if (run.sha === undefined && !run.publishes) await askReports(transaction, known);
    return known;
  });
  if (noted === "lost") throw new StepStopped("lost");
  given.onStart();
}

/** Execute a command; what it prints comes into the run's log, up to a limit, and to `onOutput` whole. */
export async function executeCommand(
  { executor, output }: Attempt,
  command: Command,
  { signal, onOutput }: { signal: AbortSignal; onOutput?: (text: string) => void },
): Promise<Exit> {
  let printed = 0;
  const exit = await executor.execute(command, {
    signal,
    onOutput: (text) => {
      onOutput?.(text);
      if (printed >= OUTPUT_LIMIT) return;
      printed += Buffer.byteLength(text);
      output.print(text);
    },
  });
  // The executor cuts at a whole character, of four bytes at most.
  if (printed > OUTPUT_LIMIT - 4) output.say("the command printed more than 5 MiB: the rest was dropped");
  return exit;
}
