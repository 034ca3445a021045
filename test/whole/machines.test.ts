import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { afterEach, expect, it } from "@jest/globals";

import { missingPostgres } from "../support/postgres.ts";
import { missingForRabbit } from "../support/rabbitmq.ts";
import { describeWith } from "../support/services.ts";
import { scratch } from "../support/scratch.ts";
import { until } from "../support/until.ts";
import { startWhole } from "../support/whole.ts";
import type { Whole, WholeOptions } from "../support/whole.ts";
import type { GroundName } from "../support/whole-ground.ts";

let whole: Whole;

afterEach(async () => {
  await whole[Symbol.asyncDispose]();
}, 60_000);
// What the servers started may use it until they are gone.
const path = scratch();

/** A command that says when it works, and works until it may go on. */
const patient = () =>
  `echo x >> ${path("began")}; until test -e ${path("go")}; do sleep 0.05; done; date +%N > now.txt`;
const touch = (name: string) => writeFileSync(path(name), "");
const lines = (name: string) => readFileSync(path(name), "utf8").trim().split("\n").length;

/** A process whose own clock goes wrong by so many seconds. */
const wrongClock = (seconds: number) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    `const now = Date.now; const by = ${seconds * 1_000}; const Real = Date;
     globalThis.Date = class extends Real { constructor(...a) { a.length ? super(...a) : super(now() + by); } static now() { return now() + by; } };`,
  )}`,
});

/** Workspaces that runs left in the data folders of all machines. */
const leftWorkspaces = () => globSync("data-*/runs/*", { cwd: dirname(whole.dataDir) });

const grounds: { on: GroundName; missing: readonly string[] }[] = [
  { on: "postgres", missing: missingPostgres },
  { on: "postgres and rabbitmq", missing: [...missingPostgres, ...(await missingForRabbit())] },
];

for (const { on, missing } of grounds) {
  describeWith(missing)(`machines of their own over ${on}`, () => {
    const start = (automations: WholeOptions["automations"], servers = 2) =>
      startWhole({ on, servers, serve: ["--no-worker"], automations });

    it("make one run of each label, one pull request and one comment", async () => {
      whole = await start({ fix: { on: { label: "fix it" }, run: "date +%N > now.txt" } });
      await Promise.all([whole.work(), whole.work()]);
      const issues = Array.from({ length: 6 }, (_, index) => whole.issue(`Fix ${index}`));
      await Promise.all(
        issues.map((issue, index) => whole.label(issue, "fix it", { to: whole.servers[index % 2]! })),
      );
      await until(async () => (await whole.runs()).length === issues.length, 30_000);
      await whole.quiet();
      expect((await whole.runs()).map(({ state }) => state)).toEqual(issues.map(() => "succeeded"));
      expect(issues.map((issue) => whole.comments(issue).length)).toEqual(issues.map(() => 1));
      const { threads } = whole.world.repository;
      expect(threads.filter(({ pull }) => pull !== undefined)).toHaveLength(issues.length);
      expect(leftWorkspaces()).toEqual([]);
    }, 120_000);

    it("keep one delivery that two of them get at once, and start one run", async () => {
      whole = await start({ fix: { on: { label: "fix it" }, run: "true" } });
      await Promise.all([whole.work(), whole.work()]);
      const issue = whole.issue();
      const answers = await Promise.all(
        whole.servers.map((to) => whole.label(issue, "fix it", { id: "one-and-the-same", to })),
      );
      expect(answers.map(({ body }) => (body as { status: string }).status).sort()).toEqual([
        "duplicate",
        "recorded",
      ]);
      await whole.quiet();
      expect(await whole.runs()).toHaveLength(1);
    }, 90_000);

    it("open by one sign-in token", async () => {
      whole = await start({ fix: { on: { label: "fix it" }, run: "true" } });
      const [token] = new Set(
        whole.servers.map(({ signInUrl }) => new URL(signInUrl).searchParams.get("token")),
      );
      for (const { url } of whole.servers) {
        const answer = await fetch(`${url}/sign-in?token=${token}`, { redirect: "manual" });
        expect(answer.status).toBe(303);
      }
    }, 90_000);

    it("take over what a dead one had in hand, and leave nothing of it running", async () => {
      const fix = { on: { label: "fix it" }, restart: true, run: patient() };
      whole = await start({ fix }, 1);
      const worker = await whole.work();
      await whole.label(whole.issue(), "fix it");
      await until(() => existsSync(path("began")), 30_000);
      await worker.stop("SIGKILL");
      await whole.work();
      // Once, no time is passed for it: its lease of 30 s has to run out, and somebody has to look.
      if (on === "postgres and rabbitmq") await whole.passTime();
      await until(() => lines("began") === 2, 60_000);
      touch("go");
      const run = await whole.over((await whole.runs())[0]!.id);
      expect(run).toMatchObject({ state: "succeeded", attempts: 2 });
    }, 120_000);

    it("do not mind that their clocks differ by a minute", async () => {
      const fix = { on: { label: "fix it" }, run: patient() };
      whole = await start({ fix }, 1);
      await Promise.all([whole.work([], wrongClock(-60)), whole.work([], wrongClock(60))]);
      await whole.label(whole.issue(), "fix it");
      await until(() => existsSync(path("began")), 30_000);
      // Whoever counted by its own clock would have taken the run over at its next sweep.
      const [run] = await whole.runs();
      const since = Date.now();
      await until(() => Date.now() - since > 3_000);
      touch("go");
      expect(await whole.over(run!.id)).toMatchObject({ state: "succeeded", attempts: 1 });
      expect(lines("began")).toBe(1);
    }, 120_000);
  });
}
