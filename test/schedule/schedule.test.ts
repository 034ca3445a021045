import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { OPERATOR } from "../../src/core/event.ts";
import { SCHEDULE_DOOR } from "../../src/core/delivery.ts";
import { ForgehandError } from "../../src/core/errors.ts";
import { readFinding } from "../../src/core/finding.ts";
import { LEASE_MS } from "../../src/core/job.ts";
import { passes } from "../../src/match/globs.ts";
import { createScheduleStep } from "../../src/schedule/schedule.ts";
import type { ScheduleTools } from "../../src/schedule/schedule.ts";
import { fakeForge } from "../support/fake-forge.ts";
import { recordingLog } from "../support/recording-log.ts";
import { automation, only } from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

const six = { cron: "0 6 * * *", timezone: "UTC" };
const nightly = automation({ name: "nightly", on: { schedule: [six] }, repositories: only("octo/hello") });

let kept: Awaited<ReturnType<typeof temporaryStore>>;
let clock: number;
beforeEach(async () => {
  kept = await temporaryStore();
  clock = Date.parse("2026-11-27T05:00:00Z");
});
afterEach(async () => kept[Symbol.asyncDispose]());

function tools(change: Partial<ScheduleTools> = {}) {
  const { log, lines } = recordingLog();
  const forge = fakeForge();
  const given: ScheduleTools = {
    store: kept.store,
    automation: () => nightly,
    forges: [{ forge, listed: [] }],
    serves: ({ repositories }, fullName) => passes(fullName, repositories),
    log,
    now: () => clock,
    ...change,
  };
  return { forge, lines, step: createScheduleStep(given) };
}

async function look(step: ReturnType<typeof createScheduleStep>, signal = new AbortController().signal) {
  await kept.store.change((transaction) => transaction.ask("schedule", "nightly"));
  const claim = (await kept.store.claim("schedule", { lease: LEASE_MS, subject: "nightly" }))!;
  try {
    await step(claim, signal);
  } catch (error) {
    await kept.store.giveBack(claim, { after: 0, error: String(error) });
    throw error;
  }
}

const deliveries = async () => (await kept.store.deliveries({ limit: 200 })).reverse();

describe("the schedule of an automation", () => {
  it("keeps nothing at its first look, whatever time it is", async () => {
    clock = Date.parse("2026-11-27T06:00:30Z");
    await look(tools().step);
    expect(await deliveries()).toEqual([]);
    expect(await kept.store.schedule({ automation: "nightly", ...six })).toEqual(new Date(clock));
  });

  it("keeps one finding for each repository at its time, by the operator", async () => {
    const { step } = tools();
    await look(step);
    clock += 3_600_000;
    await look(step);
    const [delivery, ...others] = await deliveries();
    expect(others).toEqual([]);
    expect(delivery).toMatchObject({ forge: "github", door: SCHEDULE_DOOR });
    const { body } = (await kept.store.delivery(delivery!.key))!;
    expect(readFinding(body!)).toEqual({
      kind: "event",
      events: [
        {
          kind: "schedule",
          action: "due",
          repo: { id: "42", fullName: "octo/hello" },
          actor: OPERATOR,
          automation: "nightly",
          at: "2026-11-27T06:00:00.000Z",
        },
      ],
    });
    expect(await kept.store.jobs({ stage: "match", limit: 9 })).toHaveLength(1);
  });

  it("is due again by its next time, and within a minute", async () => {
    const { step } = tools();
    await look(step);
    const [job] = await kept.store.jobs({ stage: "schedule", limit: 1 });
    const wait = job!.dueAt!.getTime() - Date.now();
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60_000);
  });

  it("keeps one finding though two processes look at the same time that nobody saw to", async () => {
    await look(tools().step);
    clock += 3_600_000;
    await look(tools().step);
    await kept.store.change((transaction) =>
      transaction.saveSchedule({ automation: "nightly", ...six }, new Date(clock - 60_000)),
    );
    await look(tools().step);
    expect(await deliveries()).toHaveLength(1);
  });

  it("makes up what was missed within an hour, and tells of what was missed before", async () => {
    await look(tools().step);
    clock = Date.parse("2026-11-29T06:59:00Z");
    const { step, lines } = tools();
    await look(step);
    expect((await deliveries()).map(({ id }) => id)).toEqual([
      JSON.stringify(["nightly", "42", "2026-11-29T06:00:00.000Z"]),
    ]);
    expect(lines).toContainEqual(
      expect.objectContaining({
        message: "times of a schedule were missed",
        data: expect.objectContaining({ missed: 2 }) as object,
      }),
    );
    clock = Date.parse("2026-11-30T07:30:00Z");
    await look(step);
    expect(await deliveries()).toHaveLength(1);
  });

  it("makes up a time when a forge that was down answers again, and keeps nothing twice", async () => {
    const up = fakeForge({ name: "acme" });
    const down = fakeForge();
    const { step } = tools({ forges: [up, down].map((forge) => ({ forge, listed: [] })) });
    await look(step);
    clock += 3_600_000;
    down.failNext("repository", new ForgehandError("FORGE_UNREACHABLE", "It is down.", { retryable: true }));
    await expect(look(step)).rejects.toThrow("It is down.");
    expect((await deliveries()).map(({ forge }) => forge)).toEqual(["acme"]);
    clock += 600_000;
    await look(step);
    expect((await deliveries()).map(({ forge }) => forge)).toEqual(["acme", "github"]);
  });

  it("goes on without a forge that refuses", async () => {
    const { step, forge, lines } = tools();
    await look(step);
    clock += 3_600_000;
    forge.failNext("repository", new ForgehandError("FORGE_AUTH_FAILED", "Who are you?"));
    await look(step);
    expect(await deliveries()).toEqual([]);
    expect(lines).toContainEqual(expect.objectContaining({ message: "a schedule leaves a forge out" }));
  });

  it("runs where it is installed, as far as the automation serves that", async () => {
    const forge = fakeForge();
    forge.installedRepositories = () =>
      Promise.resolve([
        { id: "1", fullName: "octo/one" },
        { id: "2", fullName: "other/two" },
      ]);
    const wide = automation({ ...nightly, repositories: only("octo/*") });
    const { step } = tools({ automation: () => wide, forges: [{ forge, listed: [] }] });
    await look(step);
    clock += 3_600_000;
    await look(step);
    expect((await deliveries()).map(({ id }) => (JSON.parse(id) as string[])[1])).toEqual(["1"]);
  });

  it("runs in repositories that webhooks told of and that the owner lists, each once", async () => {
    await kept.store.change((transaction) =>
      transaction.watch({
        forge: "github",
        repo: "7",
        fullName: "octo/seen",
        source: "seen",
        dueAt: new Date(),
      }),
    );
    const all = automation({ ...nightly, repositories: only() });
    const forge = fakeForge();
    const { step } = tools({
      automation: () => all,
      forges: [{ forge, listed: ["octo/SEEN", "octo/listed"] }],
    });
    await look(step);
    clock += 3_600_000;
    await look(step);
    expect((await deliveries()).map(({ id }) => (JSON.parse(id) as string[])[1]).sort()).toEqual(["42", "7"]);
  });

  it("says at its first look that there is no repository to run in", async () => {
    const { step, lines } = tools({
      automation: () => automation({ ...nightly, repositories: only("octo/*") }),
    });
    await look(step);
    await look(step);
    const said = lines.filter(({ message }) => message.includes("no repository to run in"));
    expect(said).toHaveLength(1);
  });

  it("ends when the automation has no schedule any more", async () => {
    await look(tools({ automation: () => undefined }).step);
    expect(await kept.store.jobs({ stage: "schedule", limit: 1 })).toEqual([]);
  });

  it("with other times is a new one, of which nothing was missed", async () => {
    await look(tools().step);
    clock = Date.parse("2026-11-27T09:10:00Z");
    const at = automation({ ...nightly, on: { schedule: [{ ...six, cron: "0 9 * * *" }] } });
    await look(tools({ automation: () => at }).step);
    expect(await deliveries()).toEqual([]);
  });
});
