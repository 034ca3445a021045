import type { Agents, Budget } from "../core/agent.ts";
import type { Automation } from "../core/automation.ts";
import type { Executor } from "../core/executor.ts";
import type { Forge } from "../core/forge.ts";
import type { Claim } from "../core/job.ts";
import type { Run } from "../core/run.ts";
import type { Store } from "../core/store.ts";
import type { Patience } from "./beginning.ts";
import type { SandboxState } from "./confinement.ts";
import type { Git } from "./git.ts";
import type { Guard } from "./guard.ts";
import type { Mirrors } from "./mirror.ts";
import type { Output } from "./output.ts";
import type { Watch } from "./watch.ts";
import type { Workspace } from "./workspace.ts";

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
  readonly agents: Agents;
  /** What the automation may still spend. */
  readonly budget: Budget;
  readonly git: Git;
  readonly guard: Guard;
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
