import { isRetryable, messageOf } from "../core/errors.ts";
import type { Exit } from "../core/executor.ts";
import { StepStopped } from "../core/job.ts";
import type { RunFacts, RunMove } from "../core/run.ts";

/** How often a run is taken up before a fault of ours ends it. */
export const MOST_ATTEMPTS = 3;

/** How an attempt at a run ended. */
export type Ending =
  /** The run is over. */
  | {
      readonly kind: "over";
      readonly move: Exclude<RunMove, "start" | "requeue" | "pause" | "resume">;
      readonly facts: RunFacts;
      /** Set where another attempt would end no better: what it might spend is spent. */
      readonly final?: true;
    }
  /** The command ended badly, and may be tried once more from the beginning. */
  | { readonly kind: "again"; readonly reason: string }
  /** Somebody wants the run to be held back. */
  | { readonly kind: "paused"; readonly why: string }
  /** A fault that may pass: the run waits for another attempt. */
  | { readonly kind: "fault"; readonly error: unknown }
  /** This worker is going down, and the run may be repeated: another worker takes it up at once. */
  | { readonly kind: "released" }
  /** Another worker has the run: nothing more is ours to write. */
  | { readonly kind: "lost" };

/** Why the work on a run was cut short from outside: somebody, or something newer, wants it to stop. */
export class RunCancelled extends Error {
  override readonly name = "RunCancelled";
}

/** Why the work on a run was cut short: somebody wants it to be held back. */
export class RunPaused extends Error {
  override readonly name = "RunPaused";
}

/** A run that is over, with a sentence for a person. */
export function over(
  move: Extract<Ending, { kind: "over" }>["move"],
  reason: string,
  facts: RunFacts = {},
): Extract<Ending, { kind: "over" }> {
  return { kind: "over", move, facts: { ...facts, reason } };
}

/** What the end of a command means for its run; undefined where it went well. */
export function endingOfExit(exit: Exit, timeout: number): Ending | undefined {
  switch (exit.kind) {
    case "exited":
      return exit.code === 0 ? undefined : over("fail", sentenceOfCode(exit.code), { exitCode: exit.code });
    case "killed":
      return over(
        "fail",
        `The command was ended by ${exit.signal}: by the system perhaps, when memory ran out.`,
      );
    case "timed out":
      return over("fail", `The command ran longer than ${durationOf(timeout)} and was ended.`);
    case "over limit":
      return over(
        "fail",
        `The command used ${exit.what} and was ended: \`limits:\` of its automation says what it may use.`,
      );
    case "not started":
      return over("error", `The command could not be started: ${exit.reason}`);
    case "stopped":
      return over("error", "The command was stopped.");
  }
}

/** 126 and 127 are the shell's own answers (POSIX, "Exit Status for Commands"). */
function sentenceOfCode(code: number): string {
  const ended = `The command ended with exit code ${code}`;
  if (code === 127) return `${ended}: a program that it names was not found.`;
  if (code === 126) return `${ended}: a program that it names may not be executed.`;
  return `${ended}.`;
}

/**
 * The end of an attempt as its automation wants it: a command that failed (exit code, time-out) is tried again while
 * there are attempts left. `started`: how many times its command was started.
 */
export function triedAgain(
  ending: Ending,
  { started, attempts }: { started: number; attempts: number },
): Ending {
  if (ending.kind !== "over" || ending.move !== "fail" || ending.final === true) return ending;
  return started < attempts ? { kind: "again", reason: ending.facts.reason ?? "" } : ending;
}

/** The end of an attempt whose time was cut to what the budget of its automation left: a time-out is no accident then. */
export function budgetEnded(ending: Ending, minutes: number): Ending {
  const timedOut = ending.kind === "over" && ending.move === "fail" && ending.facts.exitCode === undefined;
  if (!timedOut) return ending;
  const reason = `The budget of ${minutes} ${minutes === 1 ? "minute" : "minutes"} in 24 hours is used up, so the command was ended.`;
  return { ...over("fail", reason), final: true };
}

/** Where an attempt stood when it was cut short. */
export interface Standing {
  readonly commandStarted: boolean;
  /** Whether the automation lets its command be run again. */
  readonly restart: boolean;
  /** How many times the run was taken up, this time included. */
  readonly attempts: number;
}

/** What an error means for the run that was worked on. */
export function endingOfError(error: unknown, standing: Standing): Ending {
  const { commandStarted, restart, attempts } = standing;
  if (error instanceof RunCancelled) return over("cancel", error.message);
  if (error instanceof RunPaused) return { kind: "paused", why: error.message };
  if (error instanceof StepStopped) {
    if (error.why === "lost") return { kind: "lost" };
    if (restart || !commandStarted) return { kind: "released" };
    return over(
      "error",
      "The worker was stopped while the run was under way. Ask again to run it once more.",
    );
  }
  if (!commandStarted && isRetryable(error)) {
    if (attempts < MOST_ATTEMPTS) return { kind: "fault", error };
    return over("error", `${messageOf(error)} (tried ${attempts} times)`);
  }
  return over("error", messageOf(error));
}

/** A length of time in words: the largest unit that it is a whole number of. */
export function durationOf(milliseconds: number): string {
  const units = [
    ["hour", 3_600_000],
    ["minute", 60_000],
    ["second", 1_000],
  ] as const;
  for (const [unit, length] of units) {
    const count = milliseconds / length;
    if (Number.isInteger(count) && count > 0) return `${count} ${unit}${count === 1 ? "" : "s"}`;
  }
  return `${milliseconds} milliseconds`;
}
