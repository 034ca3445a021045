import { randomUUID } from "node:crypto";

import type { Automation } from "../../src/core/automation.ts";
import { POLL_DOOR } from "../../src/core/delivery.ts";
import type { ForgeEvent } from "../../src/core/event.ts";
import { LEASE_MS } from "../../src/core/job.ts";
import { watchedOf } from "../../src/match/watched.ts";
import { createMatchStep } from "../../src/match/match.ts";
import { groupOf } from "../../src/run/group.ts";
import { wants } from "../../src/match/wants.ts";
import { readFinding } from "../../src/core/finding.ts";
import type { PolledForge } from "../../src/poll/polled.ts";
import { createRounds } from "../../src/poll/round.ts";
import type { Store } from "../../src/core/store.ts";
import { fakeForge } from "./fake-forge.ts";
import { fakeListings } from "./fake-listings.ts";
import { recordingLog } from "./recording-log.ts";
import { arrival, ask } from "./store-samples.ts";
import { until } from "./until.ts";

/** The room `poll` over a real store, with a forge in memory and a clock that tests move on. */
export async function pollRoom(
  store: Store,
  options: {
    automations: readonly Automation[];
    heads?: boolean;
    pollOnly?: boolean;
    polled?: Partial<Omit<PolledForge, "name" | "forge">>;
    /** Names of the repositories where we are installed. */
    installed?: readonly string[];
    /** The clock's start. */
    now?: number;
  },
) {
  const { automations, heads, pollOnly = false, installed } = options;
  const clock = { now: options.now ?? Date.now() };
  const listings = fakeListings({ heads });
  const known = new Map<string, string>();
  /** Ids differ from names, as they do on forges. */
  const repoOf = (fullName: string) => {
    const id = known.get(fullName.toLowerCase()) ?? String(known.size + 100);
    known.set(fullName.toLowerCase(), id);
    return { id, fullName };
  };
  const plain = fakeForge();
  const forge = {
    ...plain,
    listings,
    repository: (fullName: string) => Promise.resolve(repoOf(fullName)),
    ...(installed && { installedRepositories: () => Promise.resolve(installed.map(repoOf)) }),
  };
  const { log, lines } = recordingLog();
  const polled = { name: "github", forge, repositories: [], perHour: 2_500, ...options.polled };
  const tools = {
    store,
    polled: () => polled,
    pollOnly,
    wanted: (name: string, fullName: string) => watchedOf(automations, { forge: name, fullName, lacks: [] }),
    wants: (reading: Parameters<typeof wants>[0], place: Parameters<typeof wants>[2]) =>
      wants(reading, automations, place),
    log,
    now: () => clock.now,
  };
  let rounds = createRounds(tools);
  const match = createMatchStep({
    refs: { heads: () => Promise.resolve([]), goesOn: () => Promise.resolve(false) },
    groupOf,
    store,
    automations,
    forge: () => forge,
    normalise: ({ door, body }) => {
      if (door === POLL_DOOR) return readFinding(body);
      return { kind: "event", events: JSON.parse(new TextDecoder().decode(body)) as ForgeEvent[] };
    },
    changedPaths: () => Promise.resolve(undefined),
    log,
  });

  /** One round; gives back when the next is due, in milliseconds. */
  async function round(signal = new AbortController().signal, lease = LEASE_MS): Promise<number> {
    await ask(store, "poll", polled.name);
    const claim = await until(() => store.claim("poll", { lease }));
    try {
      return await rounds(polled, claim, signal);
    } finally {
      await store.complete(claim, () => Promise.resolve());
    }
  }

  /** Rounds, now and each time that one is due, until so much time has passed. */
  async function pass(milliseconds: number): Promise<void> {
    const end = clock.now + milliseconds;
    for (;;) {
      const wait = Math.max(1, await round());
      if (clock.now + wait > end) break;
      clock.now += wait;
    }
    clock.now = end;
  }

  /** Match all that was found. */
  async function matchAll() {
    for (;;) {
      const claim = await store.claim("match", { lease: LEASE_MS });
      if (claim === undefined) return;
      await match(claim, new AbortController().signal);
    }
  }

  /** A webhook tells of something, and it is matched. */
  async function tell(event: ForgeEvent): Promise<void> {
    const reading = { kind: "event", events: [event] } as const;
    const body = new TextEncoder().encode(JSON.stringify([event]));
    await store.record(arrival({ id: randomUUID(), body }, { reading }));
    await matchAll();
  }

  /** Outcome and reason of what was matched so far, oldest first. */
  async function decisions(): Promise<string[]> {
    const kept = (await store.deliveries({ limit: 200 })).reverse();
    return kept.flatMap((one) =>
      (one.decisions ?? [])
        .filter(({ outcome }) => outcome !== "not matched")
        .map(({ outcome, reason }) => `${outcome}: ${reason}`),
    );
  }

  /** What was found so far, oldest first, in short. */
  async function findings(): Promise<string[]> {
    const kept = (await store.deliveries({ limit: 200 })).reverse().filter(({ door }) => door === POLL_DOOR);
    const told: string[] = [];
    for (const { key } of kept) {
      const reading = readFinding((await store.delivery(key))!.body!);
      if (reading.kind !== "event") throw new Error(reading.reason);
      for (const event of reading.events) {
        const what =
          event.kind === "issue"
            ? event.issue.number
            : event.kind === "pull_request"
              ? event.pullRequest.number
              : event.kind === "push"
                ? event.ref
                : "";
        told.push(`${event.repo.fullName} ${event.kind} ${what} ${event.action}`);
      }
    }
    return told;
  }

  return {
    clock,
    forge,
    listings,
    lines,
    repoOf,
    round,
    pass,
    matchAll,
    tell,
    decisions,
    findings,
    /** As after a start of the process. */
    restart: () => void (rounds = createRounds(tools)),
    runs: async () => (await store.runs({ limit: 50 })).reverse(),
  };
}
