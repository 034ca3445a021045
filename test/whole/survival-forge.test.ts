import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Thread } from "../../demo/stand-in/state.ts";
import { apiStandIn } from "../support/api-stand-in.ts";
import type { Asked, Meeting } from "../support/gate.ts";
import type { Question } from "../support/moments.ts";
import { comments, editsComment, looks, opensPull, setsLabel, status } from "../support/moments.ts";
import type { Survival } from "../support/survival.ts";
import { startSurvival } from "../support/survival.ts";
import { until } from "../support/until.ts";
import { expectTidy, expectWell } from "../support/well.ts";

const WELL = { state: "succeeded", executions: 1, published: "pull request" } as const;
const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

/** What a forge in trouble answers once to each of these calls, by the automation that meets it. */
const CALLS = [
  looks,
  opensPull,
  comments,
  editsComment,
  setsLabel("processing"),
  setsLabel("done"),
  status("pending"),
  status("success"),
];
const ANSWERS: readonly { automation: string; meeting: Meeting }[] = [
  { automation: "slowed", meeting: { status: 429, headers: { ...JSON_TYPE, "retry-after": "1" } } },
  { automation: "failing", meeting: { status: 500, headers: JSON_TYPE, body: '{"message":"Server Error"}' } },
  {
    automation: "garbled",
    meeting: { status: 200, headers: { "content-type": "text/html" }, body: "<p>We will be back.</p>" },
  },
  { automation: "broken", meeting: "break" },
];

const AUTOMATIONS = [
  ...ANSWERS.map(({ automation }) => automation),
  ...["patient", "moved", "moved-token", "moved-git", "moved-pull", "moved-report", "early", "late"],
];

let survival: Survival;

beforeAll(async () => {
  survival = await startSurvival(Object.fromEntries(AUTOMATIONS.map((one) => [one, { on: { label: one } }])));
  await survival.startAnew();
}, 30_000);

afterAll(async () => survival[Symbol.asyncDispose](), 30_000);

const jobs = () => survival.whole.store.jobs({ limit: 200 });
/** What the jobs say that are in trouble. */
const troubles = async () => (await jobs()).map(({ error }) => error).filter((error) => error !== "");

describe("a forge that answers something else than usual", () => {
  it.each(ANSWERS)(
    "is asked again until everything stands: $automation",
    async ({ automation, meeting }) => {
      const thread = survival.whole.issue();
      const about = { automation, number: thread.number };
      const traps = CALLS.map((is) => survival.api.trap((asked) => is(asked, about), meeting, 1));
      await survival.whole.label(thread, automation);
      await expectTidy(survival);
      await expectWell(survival, { automation, thread }, WELL);
      expect(traps.map(({ count }) => count)).toEqual(CALLS.map(() => 1));
    },
    60_000,
  );

  it("is left alone for as long as it says, and the step that waits says why", async () => {
    const automation = "patient";
    const { api, whole } = survival;
    const headers = { ...JSON_TYPE, "retry-after": "3600" };
    const busy = { status: 429, headers, body: '{"message":"Slow down"}' };
    const thread = whole.issue();
    const about = { automation, number: thread.number };
    const trap = api.trap((asked) => comments(asked, about), busy);
    await whole.label(thread, automation);
    await survival.sees(automation, "succeeded");
    // What is asked for once more is due at once; nothing asks for it any more when its run is over.
    const waiting = await until(async () => {
      const owed = await jobs();
      return owed.length === 1 && owed.find(({ dueAt = 0 }) => Number(dueAt) > Date.now() + 3_000_000);
    });
    expect(waiting.error).toMatch(/github answered 429 to POST .*Slow down.*waits/);
    trap.end();
    await expectTidy(survival);
    await expectWell(survival, { automation, thread }, WELL);
  }, 60_000);
});

describe("a forge that sends us elsewhere", () => {
  /** Redirect requests about an automation to another host, and see that this one never hears of us. */
  async function elsewhere(automation: string, is: Question, to: "api" | "git" = "api") {
    await using thief = await apiStandIn((_request, response) => response.end("{}"));
    const { whole } = survival;
    const thread = whole.issue();
    const about = { automation, number: thread.number };
    const meeting = { status: 307, headers: { location: `${thief.url}/gotcha` } };
    const trap = survival[to].trap((asked) => is(asked, about), meeting);
    const id = randomUUID();
    await whole.label(thread, automation, { id });
    await trap.met;
    await whole.quiet();
    trap.end();
    expect(thief.requests).toEqual([]);
    return { automation, thread, id };
  }

  /** A match that is parked says why, and goes well when the forge is asked to deliver again. */
  async function expectParked({
    automation,
    thread,
    id,
  }: {
    automation: string;
    thread: Thread;
    id: string;
  }) {
    expect(await troubles()).toEqual([
      expect.stringMatching(/github pointed to http:\S+\. Forgehand follows/),
    ]);
    await survival.whole.redeliver(id);
    await expectTidy(survival);
    await expectWell(survival, { automation, thread }, WELL);
  }

  it("is not followed while matching, and the step says where it was sent", async () => {
    await expectParked(await elsewhere("moved", looks));
  }, 60_000);

  it("is not followed for an access token", async () => {
    await survival.end("SIGTERM");
    await survival.startAnew();
    await expectParked(await elsewhere("moved-token", ({ path }) => path.endsWith("/access_tokens")));
  }, 60_000);

  it("is not followed by git, and the run says so", async () => {
    const at = await elsewhere("moved-git", ({ path }) => path.includes("/info/refs"), "git");
    const reason = /could not fetch .*returned error: 307/;
    await expectWell(survival, at, { state: "errored", reason, executions: 0, published: "nothing" });
    expect(await survival.whole.cli("runs")).toMatch(reason);
  }, 60_000);

  it("is not followed when a pull request is opened, and the run says so", async () => {
    const at = await elsewhere("moved-pull", opensPull);
    const reason = /pointed to http:\S+\. Forgehand follows/;
    await expectWell(survival, at, { state: "errored", reason, executions: 1, published: "branch" });
  }, 60_000);

  it("is not followed with a report, and the run's page says so", async () => {
    await elsewhere("moved-report", comments);
    const run = (await survival.whole.runs()).find(({ automation }) => automation === "moved-report");
    const page = await (await survival.open(`/runs/${run?.id}`)).text();
    expect(page).toMatch(/pointed to http:\S+\. Forgehand follows/);
    await expectTidy(survival);
  }, 60_000);
});

describe("a forge that is down for an hour", () => {
  /** Times that an hour lets a step try again. */
  const TRIES = 5;

  it("gets everything that it missed when it is back", async () => {
    const { api, git, whole } = survival;
    const early = whole.issue();
    const last = (asked: Asked) =>
      editsComment(asked, { automation: "early", number: early.number }) && asked.body.includes("succeeded");
    const held = api.trap(last, "hold");
    await whole.label(early, "early");
    await held.met;
    const down = [api, git].map((gate) => gate.trap(() => true, "break"));
    held.end();
    const late = whole.issue();
    expect(await whole.label(late, "late")).toMatchObject({ status: 200 });

    for (let tries = 1; tries <= TRIES; tries++) {
      await until(async () => {
        const owed = await jobs();
        return owed.length > 1 && owed.every(({ held, attempts }) => !held && attempts >= tries);
      }, 20_000);
      await whole.passTime();
    }
    expect(await troubles()).toContainEqual(expect.stringMatching(/asks again later/));
    expect(whole.comments(early)[0]?.bodies.at(-1)).toContain("under way");

    down.forEach((trap) => trap.end());
    await expectTidy(survival);
    await expectWell(survival, { automation: "early", thread: early }, WELL);
    await expectWell(survival, { automation: "late", thread: late }, WELL);
  }, 90_000);
});
