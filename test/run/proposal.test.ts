import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { Automation, Commits, Proposal } from "../../src/core/automation.ts";
import { ForgehandError } from "../../src/core/errors.ts";
import type { RunRoom } from "../support/run-room.ts";
import { git, openRunRoom } from "../support/run-room.ts";
import { issue, issueEvent, pullRequest, pullRequestEvent, PULL_REQUEST } from "../support/samples.ts";
import { describeWith, hasProgram } from "../support/services.ts";

const execute = promisify(execFile);

let room: RunRoom;
beforeEach(async () => {
  room = await openRunRoom();
});
afterEach(() => room.close());

const proposing = (change: Partial<Proposal>, more: Partial<Automation> = {}): Partial<Automation> => ({
  run: "date +%N > now.txt",
  proposal: { draft: false, reviewers: [], labels: [], ...change },
  ...more,
});
const committing = (change: Partial<Commits>, run = "echo new > new"): Partial<Automation> => ({
  run,
  commits: { signOff: false, ...change },
});

describe("the pull request of a run", () => {
  it("is a draft, with labels and reviewers, where the owner says so", async () => {
    const run = await room.perform(
      proposing({ draft: true, labels: ["bot", "review me"], reviewers: ["alice", "carol"] }),
    );
    expect(run).toMatchObject({ state: "succeeded", pullRequest: { number: 100 } });
    expect(room.forge.pullRequests).toMatchObject([{ draft: true }]);
    expect([...(room.forge.labels.get("pull_request 100") ?? [])]).toEqual(["bot", "review me"]);
    expect(room.forge.reviewers.get(100)).toEqual(["alice", "carol"]);
  });

  it("stands where the forge cannot ask reviewers or refuses labels, and the log says so", async () => {
    room.forge.failNext("changeLabels", new ForgehandError("FORGE_REFUSED", "no such label"));
    room.forge.requestReview = async () => "unsupported";
    const run = await room.perform(proposing({ labels: ["bot"], reviewers: ["alice"] }));
    expect(run).toMatchObject({ state: "succeeded", pullRequest: { number: 100 } });
    const log = await room.log(run);
    expect(log).toContain("could not label pull request 100: no such label");
    expect(log).toContain("this forge cannot ask alice to review pull request 100");
  }, 30_000);

  it("goes into the branch that the owner names, and begins there", async () => {
    await room.commit("develop", { "only-there.txt": "x" }, "main");
    await room.perform(proposing({ base: "develop" }, { run: "cat only-there.txt > copy.txt" }));
    expect(room.forge.pullRequests).toMatchObject([{ target: { branch: "develop" } }]);
  });

  it("is not made where that branch is missing", async () => {
    const run = await room.perform(proposing({ base: "nowhere" }));
    expect(run).toMatchObject({
      state: "errored",
      reason: expect.stringContaining("no branch nowhere, which pull_request.base names"),
    });
  });

  it("has title and branch of the owner's templates, whatever an issue is called", async () => {
    const event = issueEvent({ issue: issue({ title: "Fix {{ automation }}\n @all ../x.lock" }) });
    await room.perform(
      proposing({
        title: "[{{ automation }}] {{ title | upcase }} (#{{ number }})",
        branch: "bots/{{ automation }}/{{ number }}-{{ title }}",
      }),
      { event },
    );
    const [opened] = room.forge.pullRequests;
    expect(opened?.title).toBe("[automation-1] FIX {{ AUTOMATION }} @ALL ../X.LOCK (#7)");
    expect(opened?.source?.branch).toBe("bots/automation-1/7-Fix-automation-all/x");
    expect(await room.git("branch", "--list", "bots/*")).toContain(
      "bots/automation-1/7-Fix-automation-all/x",
    );
  });

  it("is gone on with while it is open, also when a template makes another branch now", async () => {
    const change = proposing({ branch: "bot-{{ run }}" }, { name: "same" });
    const first = await room.perform(change);
    const second = await room.perform(change, { key: "second" });
    expect([first.branch, second.branch]).toEqual(["bot-1", "bot-1"]);
    expect(room.forge.pullRequests).toHaveLength(1);
    expect(await room.git("rev-list", "--count", "main..bot-1")).toBe("2");
  });

  it.each([
    ["main", "which pull requests go into"],
    ["somebody", "was not pushed by Forgehand"],
    ["///...", "is empty"],
  ])("is never made from the branch %s", async (branch, reason) => {
    const theirs = await room.commit("somebody", { "theirs.txt": "x" }, "main");
    const run = await room.perform(proposing({ branch }));
    expect(run).toMatchObject({ state: "errored", reason: expect.stringContaining(reason) });
    expect(await room.git("rev-parse", "somebody")).toBe(theirs);
  });
});

describe("the commits of a run", () => {
  it("are by whom the owner says, and signed off", async () => {
    const author = { name: "Robot", email: "robot@example.com" };
    const made = "echo a > a; git add a; git commit -qm 'By the command'; echo b > b";
    const run = await room.perform(committing({ author, signOff: true }, made));
    const format = "--format=%an <%ae> %cn: %s%n%(trailers:key=Signed-off-by)";
    const log = await room.git("log", format, `main..${run.branch ?? ""}`);
    expect(log.split("\n").filter((line) => line !== "")).toEqual([
      "Robot <robot@example.com> Robot: Fix it",
      "Signed-off-by: Robot <robot@example.com>",
      "Robot <robot@example.com> Robot: By the command",
    ]);
  });

  describeWith(hasProgram("ssh-keygen") ? [] : ["ssh-keygen"])("signed with SSH", () => {
    it("are one commit that git takes for signed by this key, which the command never saw", async () => {
      const folder = await mkdtemp(join(tmpdir(), "forgehand-key-"));
      await execute("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(folder, "key")]);
      const { stdout: key } = await execute("cat", [join(folder, "key")]);
      const { stdout: pub } = await execute("cat", [join(folder, "key.pub")]);
      const run = await room.perform(
        committing({ sign: { format: "ssh", key } }, "echo a > a; git add a; git commit -qm one; env > env"),
      );
      expect(run).toMatchObject({ state: "succeeded" });
      expect(await room.git("rev-list", "--count", `main..${run.branch ?? ""}`)).toBe("1");
      expect(await room.git("show", `${run.branch ?? ""}:env`)).not.toContain("PRIVATE KEY");
      const signers = join(folder, "signers");
      await writeFile(signers, `* ${pub}`);
      const words = ["-c", `gpg.ssh.allowedSignersFile=${signers}`, "verify-commit", run.pushedSha ?? ""];
      await expect(git(room.origin, ...words)).resolves.toBeDefined();
      await expect(git(room.origin, "verify-commit", "main")).rejects.toThrow();
      await rm(folder, { recursive: true });
    }, 30_000);
  });

  describeWith(hasProgram("gpg") ? [] : ["gpg"])("signed with GnuPG", () => {
    const gpg = (home: string, ...words: string[]) =>
      execute("gpg", ["--homedir", home, "--batch", "--passphrase", "", ...words]);

    it("are signed by this key, and no agent is left with it", async () => {
      const home = await mkdtemp(join(tmpdir(), "fg-"));
      await gpg(home, "--quick-generate-key", "Bot <bot@example.com>", "ed25519", "sign", "never");
      const { stdout: key } = await gpg(home, "--armor", "--export-secret-keys");
      const run = await room.perform(committing({ sign: { format: "gpg", key } }));
      expect(run).toMatchObject({ state: "succeeded" });
      const env = { PATH: process.env.PATH, GNUPGHOME: home, GIT_CONFIG_NOSYSTEM: "1", HOME: home };
      const verified = execute("git", ["verify-commit", run.pushedSha ?? ""], { cwd: room.origin, env });
      await expect(verified).resolves.toBeDefined();
      await execute("gpgconf", ["--homedir", home, "--kill", "all"]);
      await rm(home, { recursive: true, force: true });
      expect(await room.leftovers()).toEqual([]);
    }, 60_000);

    it("are not made with what is no key", async () => {
      const key = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nnothing\n-----END PGP PRIVATE KEY BLOCK-----\n";
      const run = await room.perform(committing({ sign: { format: "gpg", key } }));
      expect(run).toMatchObject({
        state: "errored",
        reason: expect.stringContaining("The key of commit.sign cannot be used"),
      });
      expect(run.pushedSha).toBeUndefined();
    }, 30_000);
  });
});

describe("a run on a pull request that may push", () => {
  const onPull = (change: Parameters<typeof pullRequest>[0] = {}) => {
    const about = pullRequest({ ...change });
    room.forge.pullRequests.push(about);
    const event = pullRequestEvent({ action: "labeled", label: "coding agent", pullRequest: about });
    return { event, thread: PULL_REQUEST, publishes: true, sha: about.headSha };
  };

  it("goes on from its newest head, pushes to its branch and opens no other", async () => {
    const before = await room.commit("change", { "theirs.txt": "1" }, "main");
    const newest = await room.commit("change", { "theirs.txt": "2" }, "change");
    const run = await room.perform({ run: "cat theirs.txt > mine.txt" }, onPull({ headSha: before }));
    expect(run).toMatchObject({ state: "succeeded", branch: "change", pullRequest: { number: 8 } });
    expect(await room.git("log", "--format=%H", "--skip=1", "-1", "change")).toBe(newest);
    expect(await room.git("show", "change:mine.txt")).toBe("2");
    expect(room.forge.pullRequests).toHaveLength(1);
  });

  it.each([
    [
      "a fork",
      { fork: true, source: { branch: "change", repo: "eve/hello" } },
      "nothing is ever pushed there",
    ],
    ["where nobody tells", { source: undefined }, "nothing is ever pushed there"],
    ["a merged branch", { state: "merged" as const }, "is merged"],
  ])("never pushes to %s", async (_what, change, reason) => {
    const sha = await room.commit("change", { "theirs.txt": "1" }, "main");
    const run = await room.perform({ run: "echo x > x" }, onPull({ headSha: sha, ...change }));
    expect(run).toMatchObject({ state: "errored", reason: expect.stringContaining(reason) });
    expect(await room.git("rev-parse", "change")).toBe(sha);
  });

  it("says so where nothing was changed", async () => {
    await room.commit("change", { "theirs.txt": "1" }, "main");
    const run = await room.perform({ run: "true" }, onPull());
    expect(run).toMatchObject({ state: "succeeded", reason: "Nothing was changed." });
    expect(run.pushedSha).toBeUndefined();
  });
});
