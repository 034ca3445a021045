import { describe, expect, it } from "@jest/globals";

import { ForgehandError } from "../../src/core/errors.ts";
import { LEASE_MS } from "../../src/core/job.ts";
import { silent } from "../../src/core/log.ts";
import type { NewRun, Run, RunFacts, RunMove } from "../../src/core/run.ts";
import { placeKey } from "../../src/core/status.ts";
import type { Store } from "../../src/core/store.ts";
import { askReports } from "../../src/core/run-steps.ts";
import { createReportStep } from "../../src/report/report.ts";
import { fakeForge } from "../support/fake-forge.ts";
import { alice, ISSUE, PULL_REQUEST, pullRequestEvent, run, SHA } from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";
import { until } from "../support/until.ts";

const onPullRequest = {
  automation: "test",
  context: "forgehand/test",
  event: pullRequestEvent(),
  thread: PULL_REQUEST,
  sha: SHA,
  publishes: false,
  label: undefined,
};
const STATUS = placeKey({ kind: "status", forge: "github", repo: "42", sha: SHA, context: "forgehand/test" });
const LABELS = placeKey({
  kind: "labels",
  forge: "github",
  repo: "42",
  thread: ISSUE,
  family: "coding agent",
});
const COMMENT = placeKey({ kind: "comment", forge: "github", repo: "42", thread: ISSUE });

function scene(store: Store, forge = fakeForge()) {
  let count = 0;
  const step = createReportStep({ store, forge: () => forge, runUrl: () => undefined, log: silent });

  const addRun = (wanted: Partial<NewRun>): Promise<Run> =>
    store.change(async (transaction) => {
      const { run: added } = await transaction.addRun(run({ key: `key-${++count}`, ...wanted }));
      await askReports(transaction, added);
      return added;
    });
  const move = (id: number, moved: RunMove, facts?: RunFacts) =>
    store.change(async (transaction) => askReports(transaction, await transaction.moveRun(id, moved, facts)));
  async function report(subject: string, lease = LEASE_MS) {
    const claim = await store.claim("report", { lease, subject });
    if (claim === undefined) throw new Error(`no report of ${subject} is due`);
    await step(claim, new AbortController().signal);
  }
  return { forge, step, addRun, move, report };
}

describe("a status", () => {
  it("goes from pending to the end of its run", async () => {
    await using kept = await temporaryStore();
    const { forge, addRun, move, report } = scene(kept.store);
    const { id } = await addRun(onPullRequest);
    await report(STATUS);
    await move(id, "start");
    await report(STATUS);
    await move(id, "fail", { reason: "The command ended with exit code 1." });
    await report(STATUS);
    expect(forge.statuses.map(({ status }) => status.state)).toEqual(["pending", "failure"]);
    expect(forge.statuses[0]?.place).toMatchObject({ sha: SHA, pullRequest: 8 });
  });

  it("is seen to begin also where its run was over sooner", async () => {
    await using kept = await temporaryStore();
    const { forge, addRun, move, report } = scene(kept.store);
    const { id } = await addRun(onPullRequest);
    await move(id, "start");
    await move(id, "succeed");
    await report(STATUS);
    const repeated = await addRun(onPullRequest);
    await move(repeated.id, "start");
    await move(repeated.id, "fail", { reason: "The command ended with exit code 1." });
    await report(STATUS);
    const shown = forge.statuses.map(({ status }) => `${status.state}: ${status.description}`);
    expect(shown).toEqual([
      `pending: Run ${id} is under way.`,
      `success: Run ${id} succeeded.`,
      `pending: Run ${repeated.id} is under way.`,
      `failure: Run ${repeated.id} failed: The command ended with exit code 1.`,
    ]);
  });

  it("of a run that never started has no beginning", async () => {
    await using kept = await temporaryStore();
    const { forge, addRun, move, report } = scene(kept.store);
    const { id } = await addRun(onPullRequest);
    await move(id, "cancel");
    await report(STATUS);
    expect(forge.statuses.map(({ status }) => status.state)).toEqual(["cancelled"]);
  });

  it("of a cancelled run that comes late does not cover its successor's", async () => {
    await using kept = await temporaryStore();
    const { forge, addRun, move, report } = scene(kept.store);
    const old = await addRun(onPullRequest);
    await report(STATUS);
    const successor = await addRun(onPullRequest);
    await move(successor.id, "start");
    await move(successor.id, "succeed");
    await report(STATUS);
    await move(old.id, "cancel");
    await report(STATUS);
    expect(forge.statuses.map(({ status }) => status.state)).toEqual(["pending", "success"]);
  });

  it("of a run from an issue stands on the head that it pushed, and nowhere before", async () => {
    await using kept = await temporaryStore();
    const { forge, addRun, move, report } = scene(kept.store);
    const { id } = await addRun({});
    expect(await kept.store.claim("report", { lease: LEASE_MS, subject: STATUS })).toBeUndefined();
    await move(id, "start", { branch: "forgehand/coding-agent/7-fix-it", pushedSha: SHA });
    const place = {
      kind: "status",
      forge: "github",
      repo: "42",
      sha: SHA,
      context: "forgehand/coding-agent",
    } as const;
    await report(placeKey(place));
    expect(forge.statuses).toMatchObject([
      {
        place: { sha: SHA, ref: "refs/heads/forgehand/coding-agent/7-fix-it" },
        status: { state: "pending" },
      },
    ]);
  });

  it("is sent again, and once more later, when a worker was lost over it", async () => {
    await using kept = await temporaryStore();
    const { forge, addRun, report } = scene(kept.store);
    await addRun(onPullRequest);
    await kept.store.claim("report", { lease: 1, subject: STATUS });
    await until(async () => {
      const claim = await kept.store.claim("report", { lease: 1, subject: STATUS });
      return claim?.takenOver;
    });
    await until(() =>
      report(STATUS).then(
        () => true,
        () => false,
      ),
    );
    expect(forge.statuses).toHaveLength(1);
    const [again] = (await kept.store.jobs({ stage: "report", limit: 50 })).filter(
      ({ subject }) => subject === STATUS,
    );
    expect(again?.dueAt?.getTime()).toBeGreaterThan(Date.now() + 15_000);
  });

  it("that the forge will never take is kept with the reason, and does not come again by itself", async () => {
    await using kept = await temporaryStore();
    const { forge, addRun, report } = scene(kept.store);
    await addRun(onPullRequest);
    forge.failNext("setStatus", new ForgehandError("FORGE_REFUSED", "No such commit."));
    await report(STATUS);
    expect(await kept.store.place(STATUS)).toMatchObject({ refused: "No such commit." });
    expect(await kept.store.claim("report", { lease: LEASE_MS, subject: STATUS })).toBeUndefined();
  });

  it("of a status that the forge does not have is told by the comment, wanted or not", async () => {
    await using kept = await temporaryStore();
    const forge = fakeForge({ statuses: false });
    const { addRun, report } = scene(kept.store, forge);
    const { id } = await addRun({ ...onPullRequest, comments: false });
    await report(STATUS);
    const comment = placeKey({ kind: "comment", forge: "github", repo: "42", thread: PULL_REQUEST });
    await report(comment);
    expect([...forge.comments.values()]).toMatchObject([{ thread: "pull_request 8" }]);
    expect(await kept.store.run(id)).toMatchObject({ comments: true });
    expect(await kept.store.jobs({ stage: "report", limit: 10 })).toMatchObject([]);
  });

  it("that the forge could not take now is tried again", async () => {
    await using kept = await temporaryStore();
    const { forge, addRun, report } = scene(kept.store);
    await addRun(onPullRequest);
    forge.failNext("setStatus", new ForgehandError("FORGE_UNREACHABLE", "Down.", { retryable: true }));
    await expect(report(STATUS)).rejects.toThrow("Down.");
    expect(await kept.store.place(STATUS)).toBeUndefined();
  });
});

describe("labels", () => {
  const request = { automation: "coding-agent", forge: "github", repo: "42", thread: ISSUE };

  it("follow the run, and the request closes when the trigger label is confirmed to be gone", async () => {
    await using kept = await temporaryStore();
    const { forge, addRun, move, report } = scene(kept.store);
    forge.labels.set("issue 7", new Set(["bug", "coding agent", "coding agent failed"]));
    const { id } = await addRun({});
    await kept.store.change((transaction) =>
      transaction.saveRequest({ ...request, generation: 1, state: "answered", delivery: "1", run: id }),
    );
    await report(LABELS);
    expect(forge.labels.get("issue 7")).toEqual(new Set(["bug", "coding agent processing"]));
    expect(await kept.store.request(request)).toMatchObject({ state: "closed" });
    await move(id, "start");
    await move(id, "succeed");
    await report(LABELS);
    expect(forge.labels.get("issue 7")).toEqual(new Set(["bug", "coding agent done"]));
  });

  it("leave a trigger label alone that was set again while the run worked", async () => {
    await using kept = await temporaryStore();
    const { forge, addRun, move, report } = scene(kept.store);
    const { id } = await addRun({});
    await move(id, "start");
    forge.labels.set("issue 7", new Set(["coding agent"]));
    await kept.store.change((transaction) =>
      transaction.saveRequest({ ...request, generation: 2, state: "open", delivery: "2" }),
    );
    await move(id, "succeed");
    await report(LABELS);
    expect(forge.labels.get("issue 7")).toEqual(new Set(["coding agent", "coding agent done"]));
    expect(await kept.store.request(request)).toMatchObject({ state: "open" });
  });
});

describe("the comment", () => {
  it("is one for an issue, kept up to date", async () => {
    await using kept = await temporaryStore();
    const { forge, addRun, move, report } = scene(kept.store);
    const { id } = await addRun({});
    await report(COMMENT);
    await move(id, "start");
    await report(COMMENT);
    await move(id, "error", { reason: "The clone failed." });
    await report(COMMENT);
    expect([...forge.comments.values()]).toHaveLength(1);
    expect([...forge.comments.values()][0]?.body).toContain("The clone failed.");
    expect(forge.calls.filter((call) => call === "upsertComment")).toHaveLength(2);
  });

  it("tells of a refusal where no run ever was", async () => {
    await using kept = await temporaryStore();
    const { forge, report } = scene(kept.store);
    const refusal = {
      forge: "github",
      repo: "42",
      repoName: "octo/hello",
      thread: ISSUE,
      actor: alice,
      text: "No.",
    };
    await kept.store.change(async (transaction) => {
      await transaction.refuse(refusal);
      await transaction.ask("report", COMMENT);
    });
    await report(COMMENT);
    expect([...forge.comments.values()][0]?.body).toContain("No.");
  });
});
