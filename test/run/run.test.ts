import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { Automation } from "../../src/core/automation.ts";
import { ForgehandError } from "../../src/core/errors.ts";
import type { CheckEvent } from "../../src/core/event.ts";
import { StepStopped } from "../../src/core/job.ts";
import type { RunFacts } from "../../src/core/run.ts";
import { placeKey } from "../../src/core/status.ts";
import type { RunRoom } from "../support/run-room.ts";
import { openRunRoom } from "../support/run-room.ts";
import {
  alice,
  ISSUE,
  issueEvent,
  OTHER_SHA,
  PULL_REQUEST,
  pullRequest,
  pullRequestEvent,
  pushEvent,
  repo,
} from "../support/samples.ts";
import { until } from "../support/until.ts";

let room: RunRoom;
beforeEach(async () => {
  room = await openRunRoom();
});
afterEach(() => room.close());

const unreachable = () =>
  new ForgehandError("FORGE_UNREACHABLE", "The forge did not answer.", { retryable: true });

/** What a run on a pull request whose head is this commit is made of. */
const onPullRequest = (sha: string, change = {}) => ({
  event: pullRequestEvent({ pullRequest: pullRequest({ headSha: sha, ...change }) }),
  thread: PULL_REQUEST,
  publishes: false,
  label: undefined,
  sha,
});

describe("the end of a run", () => {
  it("is failed when the command says so, and nothing is pushed", async () => {
    const run = await room.perform({ run: "echo changed >> README.md; exit 3" });
    expect(run).toMatchObject({
      state: "failed",
      exitCode: 3,
      reason: "The command ended with exit code 3.",
    });
    expect(await room.git("branch", "--list", "forgehand/*")).toBe("");
    expect(room.forge.pullRequests).toEqual([]);
  });

  it("says that a program was not found", async () => {
    const run = await room.perform({ run: "no-such-program" });
    expect(run).toMatchObject({
      state: "failed",
      exitCode: 127,
      reason: expect.stringContaining("not found"),
    });
    expect(await room.log(run)).toContain("no-such-program");
  });

  it("is failed when the command takes too long", async () => {
    const run = await room.perform({ run: "sleep 600", timeout: 1_000 });
    expect(run).toMatchObject({
      state: "failed",
      reason: "The command ran longer than 1 second and was ended.",
    });
  });

  it("does not hang on a sandbox that nobody wants", async () => {
    await room.add({ run: "true", sandbox: "none" });
    const sandbox = () => Promise.reject(new Error("nobody should ask"));
    expect(await room.work({ sandbox })).toMatchObject({ state: "succeeded" });
  });

  it("is errored when the command cannot be started", async () => {
    const executor = { execute: async () => ({ kind: "not started", reason: "no shell" }) as const };
    await room.add({});
    const run = await room.work({ executor });
    expect(run).toMatchObject({ state: "errored", reason: "The command could not be started: no shell" });
  });

  it("says that nothing was changed", async () => {
    const run = await room.perform({ run: "touch ignored; cat README.md" });
    expect(run).toMatchObject({
      state: "succeeded",
      reason: "Nothing was changed, so there is no pull request.",
    });
    expect(await room.git("branch", "--list", "forgehand/*")).toBe("");
  });

  it("leaves no workspace behind, whatever the command did to it", async () => {
    await room.perform({ run: "mkdir -p deep/er; touch deep/er/file; chmod 0 deep/er deep; exit 1" });
    expect(await room.leftovers()).toEqual([]);
  });

  it("keeps the output of the command with our own steps, and hides its secrets", async () => {
    const run = await room.perform({ run: "echo my $WORD; exit 1", secrets: { WORD: "secret-word" } });
    const log = await room.log(run);
    expect(log).toContain("my ***\n");
    expect(log).toContain("forgehand: checked out ");
    expect(log).toContain("forgehand: The command ended with exit code 1.\n");
  });

  it("asks for the reports of every place that shows it", async () => {
    const run = await room.perform({ run: "touch new" });
    const place = { forge: "github", repo: repo.id };
    const status = { ...place, kind: "status", sha: run.pushedSha ?? "", context: run.context } as const;
    const comment = { ...place, kind: "comment", thread: ISSUE } as const;
    for (const one of [status, comment]) {
      expect((await until(() => room.store.place(placeKey(one)))).reportedAt).toBeDefined();
    }
  });

  it("starts what waited for it: a label that was set again meanwhile", async () => {
    const run = await room.add({ run: "true" });
    const key = { automation: run.automation, forge: run.forge, repo: repo.id, thread: ISSUE };
    const request = { ...key, generation: 2, state: "open", delivery: run.delivery } as const;
    await room.store.change((transaction) => transaction.saveRequest(request));
    const claim = await room.store.claim("match", { lease: 60_000 });
    await room.store.complete(claim!, async () => undefined);
    await room.work();
    expect(await room.store.claim("match", { lease: 60_000 })).toMatchObject({ subject: run.delivery });
  });
});

describe("a run that cannot begin", () => {
  it("is tried again while the fault may pass, and ends after three times", async () => {
    await room.add({ run: "touch new" });
    for (const attempt of [1, 2, 3]) {
      room.forge.failNext("defaultBranch", unreachable());
      const run = await room.work();
      expect(run.state).toBe(attempt < 3 ? "queued" : "errored");
      expect(run.commandStartedAt).toBeUndefined();
      if (attempt === 3) expect(run.reason).toBe("The forge did not answer. (tried 3 times)");
    }
  });

  it("goes through when the fault has passed", async () => {
    await room.add({ run: "touch new" });
    room.forge.failNext("gitCredentials", unreachable());
    expect((await room.work()).state).toBe("queued");
    expect((await room.work()).state).toBe("succeeded");
  });

  it("ends at once when the forge does not let us clone", async () => {
    await room.add({ run: "touch new" }, { repo: { id: "43", fullName: "octo/nothing" } });
    const run = await room.work();
    expect(run).toMatchObject({
      state: "errored",
      reason: expect.stringContaining("Git could not fetch octo/nothing"),
    });
  });

  it("ends when its automation is gone from the configuration", async () => {
    await room.add({}, { automation: "gone" });
    expect(await room.work()).toMatchObject({ state: "errored", reason: expect.stringContaining('"gone"') });
  });

  it("ends when its commit is gone", async () => {
    const run = await room.perform({}, onPullRequest("e".repeat(40)));
    expect(run).toMatchObject({
      state: "errored",
      reason: expect.stringContaining("is gone from octo/hello"),
    });
  });

  it("waits for a commit that its delivery told of before the forge shows it", async () => {
    const sha = await room.commit("late", { "late.txt": "late\n" }, "main");
    const bundle = `${room.origin}.bundle`;
    await room.git("bundle", "create", bundle, "late");
    await room.git("branch", "-D", "late");
    await room.git("gc", "--quiet", "--prune=now");
    const run = await room.add({ run: "cat late.txt" }, { ...onPullRequest(sha), thread: undefined });
    const worked = room.work({ patience: { every: 20, within: 20_000 } });
    await until(async () => (await room.log(run)).includes("cannot be seen yet"));
    await room.git("fetch", bundle, "late:late");
    expect(await worked).toMatchObject({ state: "succeeded", sha });
    expect((await room.log(run)).match(/cannot be seen yet/g)).toHaveLength(1);
  });

  it("ends when an event named no commit that could be one", async () => {
    const run = await room.perform({}, onPullRequest("--upload-pack=touch /tmp/owned"));
    expect(run).toMatchObject({ state: "errored", reason: expect.stringContaining("named no commit") });
  });
});

describe("a run that is cut short", () => {
  /** Work on a run until its command prints, then do something to it. */
  async function interrupt(what: (abort: AbortController, id: number) => unknown, restart = false) {
    const { id } = await room.add({ run: "echo begun; sleep 600", restart });
    const abort = new AbortController();
    const done = room.work({ signal: abort.signal });
    await until(async () => (await room.store.log(id, 0)).some(({ text }) => text.includes("begun")));
    await what(abort, id);
    return done;
  }

  it("is cancelled with the reason that was given", async () => {
    const run = await interrupt((_, id) =>
      room.store.change((transaction) => transaction.noteRun(id, { cancelRequested: "A newer head came." })),
    );
    expect(run).toMatchObject({ state: "cancelled", reason: "A newer head came." });
    expect(await room.leftovers()).toEqual([]);
  });

  it("is errored when its worker stops", async () => {
    const run = await interrupt((abort) => abort.abort(new StepStopped("stopping")));
    expect(run).toMatchObject({ state: "errored", reason: expect.stringContaining("worker was stopped") });
  });

  it("waits for another worker when its worker stops and the command may be repeated", async () => {
    const run = await interrupt((abort) => abort.abort(new StepStopped("stopping")), true);
    expect(run).toMatchObject({ state: "queued" });
    expect(await room.store.claim("run", { lease: 60_000 })).toMatchObject({ attempts: 1 });
  });

  it("writes nothing when its claim was lost", async () => {
    const run = await interrupt((abort) => abort.abort(new StepStopped("lost")));
    expect(run.state).toBe("running");
    expect(await room.leftovers()).toEqual([]);
  });
});

describe("a run whose worker was lost", () => {
  /** A run in the state in which a killed worker leaves it. */
  async function abandoned(restart: boolean, facts: RunFacts = {}) {
    const { id } = await room.add({ run: "touch new", restart });
    const claim = await room.store.claim("run", { lease: 60_000 });
    await room.store.write(claim!, async (transaction) => {
      await transaction.moveRun(id, "start");
      await transaction.commandStarted(id);
      await transaction.noteRun(id, facts);
    });
    await room.store.giveBack(claim!, { after: 0, error: "killed" });
  }

  it("is errored, since nobody knows how far its command got", async () => {
    await abandoned(false);
    expect(await room.work()).toMatchObject({
      state: "errored",
      reason: expect.stringContaining("worker was lost"),
    });
  });

  it("starts again where its automation allows it", async () => {
    await abandoned(true);
    expect(await room.work()).toMatchObject({ state: "succeeded", attempts: 2 });
  });

  it("only opens its pull request where it has pushed already, since its status stands on that commit", async () => {
    const branch = "forgehand/automation-1/7-fix-it";
    const pushedSha = await room.commit(branch, { done: "1" }, "main");
    await abandoned(true, { branch, pushedSha });
    const run = await room.work();
    expect(run).toMatchObject({ state: "succeeded", attempts: 1, pushedSha, pullRequest: {} });
    expect(await room.git("rev-parse", branch)).toBe(pushedSha);
  });
});

describe("a run on a commit", () => {
  it("has exactly the head of its pull request, of a fork too", async () => {
    const sha = await room.commit("from-a-fork", { "new.txt": "theirs" }, "main");
    await room.git("update-ref", "refs/pull/8/head", sha);
    await room.git("update-ref", "-d", "refs/heads/from-a-fork");
    const run = await room.perform(
      { run: "cat new.txt; git rev-parse HEAD; echo changed > new.txt" },
      onPullRequest(sha),
    );
    expect(run).toMatchObject({ state: "succeeded", reason: "" });
    expect(await room.log(run)).toContain(`theirs${sha}\n`);
    expect(room.requests.some(({ path }) => path.includes("receive-pack"))).toBe(false);
  });

  it("has the ref of its pull request brought up to date first, where the forge waits to be asked", async () => {
    const sha = await room.commit("from-a-fork", { "new.txt": "theirs" }, "main");
    await room.git("update-ref", "refs/hidden/8", sha);
    await room.git("update-ref", "-d", "refs/heads/from-a-fork");
    room.forge.refreshPullRequestRef = async (_repo, number) => {
      await room.git("update-ref", `refs/pull/${number}/head`, sha);
    };
    const run = await room.perform({ run: "git rev-parse HEAD" }, onPullRequest(sha));
    expect(await room.log(run)).toContain(`${sha}\n`);
  });

  it("finds an older head that something newer was pushed over", async () => {
    const sha = await room.commit("change", { "new.txt": "old" }, "main");
    await room.git("update-ref", "refs/pull/8/head", sha);
    await room.perform({ run: "true" }, onPullRequest(sha));
    await room.git(
      "update-ref",
      "refs/pull/8/head",
      await room.commit("change", { "new.txt": "new" }, "main"),
    );
    const run = await room.perform({ run: "cat new.txt" }, onPullRequest(sha));
    expect(await room.log(run)).toContain("old");
  });

  it("runs on what was pushed", async () => {
    const sha = await room.commit("main", { "new.txt": "pushed" }, "main");
    const change = {
      event: pushEvent({ after: sha }),
      thread: undefined,
      publishes: false,
      label: undefined,
      sha,
    };
    const run = await room.perform(
      { run: "cat new.txt; echo $FORGEHAND_REF" },
      { ...change, ref: "refs/heads/main" },
    );
    expect(run.state).toBe("succeeded");
    expect(await room.log(run)).toContain("pushedrefs/heads/main\n");
  });

  it.each([
    ["gives secrets to the repository's own code", false, "hidden: ***\n"],
    ["gives no secret to the code of a fork", true, "hidden:\n"],
  ])("%s", async (_, fork, expected) => {
    const sha = await room.git("rev-parse", "main");
    const secrets = { HIDDEN: "secret-word" };
    const run = await room.perform(
      { run: "echo hidden: ${HIDDEN:-}", secrets, forks: "run" },
      onPullRequest(sha, { fork }),
    );
    expect(await room.log(run)).toContain(expected);
  });

  it("asks the forge where the event does not say whether the code is a fork's", async () => {
    const sha = await room.git("rev-parse", "main");
    room.forge.pullRequests.push(pullRequest({ number: 8, fork: true }));
    const secrets = { HIDDEN: "secret-word" };
    const run = await room.perform(
      { run: "echo hidden: ${HIDDEN:-}", secrets, forks: "run" },
      onPullRequest(sha, { fork: undefined }),
    );
    expect(await room.log(run)).toContain("hidden:\n");
  });

  it.each<[string, Automation["forks"], string | undefined, string]>([
    ["runs with secrets what was approved", "approve", "the head", "hidden: ***\n"],
    ["does not run what nobody approved", "approve", undefined, "Nobody approved the commit"],
    ["does not run another commit than the approved one", "approve", OTHER_SHA, "Nobody approved the commit"],
    ["gives no secret by an approval where forks run without", "run", "the head", "hidden:\n"],
    [
      "does not run at all where forks are ignored by now",
      "ignore",
      "the head",
      "does not run someone else's code",
    ],
  ])("of a fork %s", async (_, forks, approved, expected) => {
    const sha = await room.git("rev-parse", "main");
    const secrets = { HIDDEN: "secret-word" };
    const added = await room.add(
      { name: "guarded", run: "echo hidden: ${HIDDEN:-}", secrets, forks },
      onPullRequest(sha, { fork: true }),
    );
    const key = { automation: "guarded", forge: "github", repo: repo.id, thread: PULL_REQUEST };
    if (approved !== undefined) {
      const approval = {
        ...key,
        sha: approved === "the head" ? sha : approved,
        actor: alice,
        comment: "500",
      };
      await room.store.change((transaction) => transaction.approve(approval));
    }
    const run = await room.work();
    expect(run.id).toBe(added.id);
    const log = await room.log(run);
    expect(log).toContain(expected);
    expect(log.includes("starting the command")).toBe(expected.startsWith("hidden"));
  });

  it.each([
    ["a commit that a branch of the repository is at", true, "hidden: ***\n"],
    ["a commit that no branch is at", false, "hidden:\n"],
  ])("gives secrets to a check of no pull request by where its commit is: %s", async (_, own, expected) => {
    const sha = await room.git("rev-parse", "main");
    const items = [{ name: "main", sha: own ? sha : OTHER_SHA }];
    room.forge.branches.push(...items);
    const event: CheckEvent = {
      kind: "check",
      action: "completed",
      repo,
      actor: alice,
      check: { name: "ci", state: "failure", sha },
    };
    const secrets = { HIDDEN: "secret-word" };
    const on = { event, thread: undefined, publishes: false, label: undefined, sha };
    const run = await room.perform({ run: "echo hidden: ${HIDDEN:-}", secrets, forks: "run" }, on);
    expect(await room.log(run)).toContain(expected);
  });
});

describe("a command that needs no clone", () => {
  it("runs in an empty folder and publishes nothing", async () => {
    const run = await room.perform({
      run: 'touch new; ls -A > "$TMPDIR/list"; cat "$TMPDIR/list"',
      workspace: "none",
    });
    expect(run).toMatchObject({ state: "succeeded", reason: "" });
    expect(await room.log(run)).toContain("\nnew\n");
    expect(room.requests).toEqual([]);
  });
});

describe("what a command is given", () => {
  it("is the event in files and variables, as it was when the trigger came", async () => {
    const event = issueEvent({
      issue: { ...issueEvent().issue, title: "Fix $(it)\0", body: "Please; `now`." },
    });
    const line = [
      'cat "$FORGEHAND_PROMPT_PATH" "$FORGEHAND_PAYLOAD_PATH"',
      'echo "title $FORGEHAND_TITLE of $FORGEHAND_REPOSITORY $FORGEHAND_ISSUE_NUMBER by $FORGEHAND_ACTOR"',
      'echo "on $FORGEHAND_BRANCH from $FORGEHAND_BASE_BRANCH in $FORGEHAND_WORKSPACE, $awx_webhook_event_type"',
      'cat "$FORGEHAND_EXTRA_VARS_PATH"',
      "exit 1",
    ];
    const run = await room.perform({ run: line.join("\n") }, { event });
    const log = await room.log(run);
    expect(log).toContain("# Fix $(it)\0\n\nPlease; `now`.\n");
    expect(log).toContain('{"action":"labeled"}');
    expect(log).toContain("title Fix $(it) of octo/hello 7 by alice\n");
    expect(log).toContain(`on forgehand/automation-1/7-fix-it from main in ${room.dataDir}/runs/${run.id}-`);
    expect(log).toContain(", issues\n");
    expect(log).toContain('"tower_webhook_payload": {\n    "action": "labeled"\n  }');
  });

  it("is nothing of our own environment", async () => {
    process.env.FORGEHAND_TEST_SECRET = "ours";
    const run = await room.perform({ run: "env; exit 1", environment: { ASKED: "yes" } });
    delete process.env.FORGEHAND_TEST_SECRET;
    const log = await room.log(run);
    expect(log).toContain("ASKED=yes");
    expect(log).not.toContain("FORGEHAND_TEST_SECRET");
  });

  it("is the issue on its standard input", async () => {
    const run = await room.perform({ run: "cat > asked.md" });
    expect(await room.git("show", `${run.branch}:asked.md`)).toContain("# Fix it\n\nPlease.");
  });
});

it("prints a lot without holding up the run", async () => {
  const run = await room.perform({ run: "head -c 7000000 /dev/zero | tr '\\0' x; exit 4" });
  expect(run).toMatchObject({ state: "failed", exitCode: 4 });
  let bytes = 0;
  for (let after = 0; ;) {
    const chunks = await room.store.log(run.id, after);
    if (chunks.length === 0) break;
    for (const { seq, text } of chunks) {
      bytes += text.length;
      after = seq;
    }
  }
  expect(bytes).toBeGreaterThan(5 * 1024 * 1024);
  expect(bytes).toBeLessThan(5.1 * 1024 * 1024);
  expect(await readFile(join(room.origin, "HEAD"), "utf8")).toContain("main");
});
