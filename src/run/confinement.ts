import { doesAgentWork } from "../core/agent-work.ts";
import type { Automation } from "../core/automation.ts";
import type { Box } from "../core/executor.ts";
import { hostsOf } from "../core/registries.ts";
import type { Workspace } from "./workspace.ts";

/** Whether boxes can be made on this machine. `reason` is a sentence, or two, that say why not and what to do. */
export type SandboxState = { readonly works: true } | { readonly works: false; readonly reason: string };

/** Where a command runs. */
export type Confinement =
  | { readonly kind: "boxed" }
  /** As a plain process. `reason` says why it was not boxed, where its owner did not ask for that. */
  | { readonly kind: "plain"; readonly reason?: string }
  /** Nowhere: its owner asked for a sandbox, and there is none. */
  | { readonly kind: "refused"; readonly reason: string };

/** Whether an automation runs nothing where there is no box: its owner asks for one, or an agent does its work. */
export function needsBox({ sandbox, agents, compare }: Automation): boolean {
  return sandbox === "required" || (sandbox === "auto" && doesAgentWork({ agents, compare }));
}

/**
 * Decide where a command runs. `auto` is the sandbox wherever that works: a command that the owner wrote runs as a plain
 * process elsewhere, but an agent, which does what the text of an issue talks it into, runs nowhere else.
 */
export function confinementOf(
  { sandbox, written, agent }: Pick<Automation, "sandbox" | "written"> & { agent: boolean },
  state: SandboxState,
): Confinement {
  if (sandbox === "none") return { kind: "plain" };
  if (state.works) return { kind: "boxed" };
  if (sandbox === "auto" && !agent) return { kind: "plain", reason: state.reason };
  const who =
    written !== undefined
      ? "An automation of a repository runs in the sandbox only"
      : agent
        ? "An agent runs in the sandbox only"
        : "Its automation asks for the sandbox";
  return {
    kind: "refused",
    reason: `${who}, which does not work here, so nothing was started. ${state.reason}${written === undefined ? " Or write `sandbox: none`." : ""}`,
  };
}

/** What the box of a command has beside what its automation and workspace say; agents have more. */
export type Extras = Partial<Pick<Box, "reads" | "hides" | "network" | "bridges">>;

/** The box of a command: it writes the folders of its workspace that are its business, and reaches what is listed. */
export function boxOf(
  { network, limits }: Automation,
  { work, files, home, tmp }: Workspace,
  extras: Extras = {},
): Box {
  const { reads = [], hides = [], bridges = {} } = extras;
  return {
    writes: [work, files, home, tmp],
    tmp,
    reads,
    hides,
    network: [...new Set([...hostsOf(network), ...(extras.network ?? [])])],
    bridges,
    limits,
  };
}
