import type { Config } from "../config/schema.ts";
import { userAgent } from "../config/version.ts";
import { messageOf } from "../core/errors.ts";
import type { OpenForge } from "../core/forge.ts";
import { silent } from "../core/log.ts";
import type { Store } from "../core/store.ts";
import { adapters } from "../forges/index.ts";
import type { Plan } from "../match/plan.ts";
import { reasonOf } from "../match/plan.ts";
import { settle } from "../match/settle.ts";
import { startSteps } from "../match/steps.ts";
import { createChangedPaths } from "../run/changed-paths.ts";
import type { Foreseen, ForeseeTools } from "../operate/foresee.ts";
import { groupOf } from "../run/group.ts";
import { createRefs } from "../run/refs.ts";

/** How long one event may take to be asked about (ms). */
const DEADLINE_MS = 60_000;

/** Asks the forges of a config what events do not tell, as `match` does. Writes nothing there, and here only fetches repositories. */
export async function askOf(
  { forges, automations, dataDir }: Config,
  store: Store,
): Promise<{ ask: NonNullable<ForeseeTools["ask"]> } & AsyncDisposable> {
  const lines = new Map<string, OpenForge>();
  for (const [name, settings] of Object.entries(forges)) {
    const adapter = adapters.find(({ kind }) => kind === settings.kind);
    const line = await adapter?.open(name, settings, { log: silent, userAgent: userAgent() });
    if (line !== undefined) lines.set(name, line);
  }
  const changedPaths = createChangedPaths(dataDir);
  return {
    async ask({ key, forge: name }, event, match) {
      const forge = lines.get(name)?.forge;
      const automation = automations.find((one) => one.name === match.automation);
      if (forge === undefined || automation === undefined) {
        return { after: "dropped", reason: `There is no forge ${name} in the config.` };
      }
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const about = { event, automation, match, delivery: key, store, forge, groupOf };
      const question = { ...about, changedPaths, refs: createRefs(dataDir), signal, steps: startSteps() };
      try {
        return foreseen(await settle(question));
      } catch (error) {
        return { after: "dropped", reason: `The forge could not be asked. ${messageOf(error)}` };
      }
    },
    async [Symbol.asyncDispose]() {
      for (const line of lines.values()) await line.close();
    },
  };
}

function foreseen(plan: Plan): Pick<Foreseen, "after" | "reason"> {
  switch (plan.kind) {
    case "start":
    case "retry":
      return { after: "run", reason: plan.match.reason };
    case "refuse":
      return { after: "refused", reason: plan.refusal.text };
    case "nothing":
      return { after: plan.outcome, reason: plan.reason };
    default:
      return { after: "not matched", reason: reasonOf(plan) };
  }
}
