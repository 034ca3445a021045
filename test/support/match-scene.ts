import type { Automation } from "../../src/core/automation.ts";
import type { ForgeEvent } from "../../src/core/event.ts";
import { LEASE_MS } from "../../src/core/job.ts";
import { silent } from "../../src/core/log.ts";
import type { RepositoryFiles } from "../../src/core/repository-file.ts";
import type { Run, RunMove } from "../../src/core/run.ts";
import type { Store } from "../../src/core/store.ts";
import { createMatchStep } from "../../src/match/match.ts";
import { groupOf } from "../../src/run/group.ts";
import { fakeForge } from "./fake-forge.ts";
import { alice } from "./samples.ts";

/**
 * A store with a match step whose deliveries hold events as JSON, and a forge on which alice may write. `changed`: the
 * paths that every pull request and push changes. `files`: what repositories may add.
 */
export async function scene(
  automations: readonly Automation[],
  store: Store,
  changed?: readonly string[],
  files?: RepositoryFiles,
  forge = fakeForge(),
) {
  /** What git would tell of refs: their heads by name, and commits that go on from others, as `older newer`. */
  const refs = { heads: new Map<string, string[]>(), lines: new Set<string>() };
  const step = createMatchStep({
    store,
    refs: {
      heads: (_, { ref }) => Promise.resolve(refs.heads.get(ref) ?? []),
      goesOn: (_, { older, newer }) => Promise.resolve(refs.lines.has(`${older} ${newer}`)),
    },
    groupOf,
    automations,
    forge: () => forge,
    normalise: ({ body }) => ({
      kind: "event",
      events: JSON.parse(new TextDecoder().decode(body)) as ForgeEvent[],
    }),
    changedPaths: async () => changed,
    files,
    log: silent,
  });
  let count = 0;
  const setLabel = (eventId: string, actor = alice) =>
    void forge.labellings.set("issue 7 coding agent", { kind: "set", actor, eventId, at: new Date(0) });

  /** Deliver (again, where the id is known) and match; gives back what was decided. */
  async function deliver(event: ForgeEvent, id = `delivery-${++count}`, receivedAt = new Date()) {
    const body = new TextEncoder().encode(JSON.stringify([event]));
    const delivery = { forge: "github", door: "", id, event: "e", headers: {}, body, receivedAt };
    await store.record({ delivery, reading: { kind: "event", events: [event] }, wanted: true });
    return matchDue();
  }

  async function matchDue() {
    const claim = await store.claim("match", { lease: LEASE_MS });
    if (claim === undefined) throw new Error("no match job is due");
    await step(claim, new AbortController().signal);
    return (await store.delivery(claim.subject))?.decisions ?? [];
  }
  const move = (id: number, moved: RunMove, facts = {}) =>
    store.change((transaction) => transaction.moveRun(id, moved, facts));
  const runs = async (): Promise<Run[]> => (await store.runs({ limit: 50 })).reverse();
  return { forge, refs, deliver, matchDue, setLabel, move, runs };
}
