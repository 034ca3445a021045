import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { commit, makeBareRepository } from "../../demo/repository.ts";
import type { Account, Thread as Place } from "../../demo/stand-in/state.ts";
import type { World } from "../../demo/world.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../../demo/world.ts";
import type { Actor, Thread } from "../../src/core/event.ts";
import type { Ability, Forge } from "../../src/core/forge.ts";
import type { StatusState } from "../../src/core/status.ts";
import { COMMENT_MARKER } from "../../src/core/text.ts";
import type { ForgeSubject, OpenedForge } from "../support/open-forge.ts";
import { openForge } from "../support/open-forge.ts";

const MARKED = `${COMMENT_MARKER}\nAll is well.`;
const STATES: readonly StatusState[] = ["pending", "success", "failure", "error", "cancelled"];

/** What every client keeps, against a stand-in with state and real git: each ability works, or says that it is not there. */
export function abilityContract(subject: ForgeSubject): void {
  const { adapter } = subject;
  const { lacks } = adapter;
  describe(`${adapter.kind}: what it can do there`, () => {
    let opened: OpenedForge;
    let world: World;
    let forge: Forge;

    beforeEach(async () => {
      opened = await openForge(subject);
      ({ world, forge } = opened);
    });

    afterEach(async () => {
      await opened[Symbol.asyncDispose]();
    });

    const here = () => ({ id: world.ids.repository(world.repository), fullName: world.repository.fullName });
    const actorOf = (account: Account): Actor => ({ id: world.ids.account(account), login: account.login });
    const issue = () => world.openIssue({ title: "Fix it", body: "Please." });
    const propose = async (branch: string, from = world.repository, bare = world.bare) => {
      const change = { branch, from: DEFAULT_BRANCH, message: branch, files: { "a.txt": `${branch}\n` } };
      const sha = await commit(bare, change);
      return { sha, pull: await world.openPullRequest({ title: "Change it", branch, from }) };
    };
    /** An issue, where there are any, and a pull request. */
    const places = async () => [
      ...(lacks.includes("issues") ? [] : [issue()]),
      (await propose("change")).pull,
    ];
    const itHas = (ability: Ability) => (lacks.includes(ability) ? it.skip : it);

    it("knows who we are there, and lacks no right", async () => {
      expect(await forge.self()).toMatchObject(actorOf(world.self));
      expect(await forge.missingRights()).toEqual([]);
    });

    it.each([
      ["the owner", OWNER, "admin"],
      ["somebody who may read", STRANGER, "read"],
    ] as const)("knows what %s may do", async (_who, account, permission) => {
      expect(await forge.permission(here(), actorOf(account))).toBe(permission);
    });

    it.each([
      ["of another id, though the login is an owner's", { id: "5", login: OWNER.login }],
      ["that there is not", { id: "7", login: "nobody" }],
    ])("lets an account %s do no more than everybody", async (_who, actor) => {
      expect(["none", "read", "unknown"]).toContain(await forge.permission(here(), actor));
    });

    itHas("statuses").each(STATES)("shows the status %s, also once more", async (state) => {
      const { sha, pull } = await propose("change");
      const place = { repo: here(), sha, ref: "refs/heads/change", pullRequest: pull.number };
      const status = { state, context: "forgehand/test", description: "It is so." };
      expect(await forge.setStatus(place, status)).toBe("set");
      expect(await forge.setStatus(place, status)).toBe("set");
      expect(world.statuses(sha).at(-1)).toMatchObject({
        state: world.shows(state),
        context: "forgehand/test",
        description: expect.stringContaining("It is so."),
      });
    });

    itHas("statuses")("lets a status end that was pending", async () => {
      const { sha, pull } = await propose("change");
      const place = { repo: here(), sha, ref: "refs/heads/change", pullRequest: pull.number };
      const status = { context: "forgehand/test", description: "It is so." };
      await forge.setStatus(place, { ...status, state: "pending" });
      await forge.setStatus(place, { ...status, state: "success" });
      expect(world.statuses(sha).map(({ state }) => state)).toEqual(["pending", "success"]);
    });

    it("writes one comment on an issue and another on a pull request, and edits them", async () => {
      for (const place of await places()) {
        const comment = { marker: COMMENT_MARKER, body: MARKED };
        const { id } = await forge.upsertComment(here(), threadOf(place), comment);
        expect(
          await forge.upsertComment(here(), threadOf(place), { ...comment, id, body: `${MARKED} Still.` }),
        ).toEqual({ id });
        expect(await forge.upsertComment(here(), threadOf(place), comment)).toEqual({ id });
        expect(world.comments(place)).toHaveLength(1);
        expect(world.comments(place)[0]?.bodies).toEqual([
          expect.stringContaining("All is well."),
          expect.stringContaining("Still."),
          expect.not.stringContaining("Still."),
        ]);
      }
    });

    it("takes no comment of somebody else for ours, whatever it says", async () => {
      const [place] = await places();
      if (place === undefined) throw new Error("there is nothing to write on");
      const theirs = world.comment(place, MARKED, STRANGER);
      await forge.upsertComment(here(), threadOf(place), { marker: COMMENT_MARKER, body: MARKED });
      expect(theirs.bodies).toEqual([MARKED]);
      expect(world.comments(place)).toHaveLength(1);
    });

    itHas("labels")("adds and removes labels, and leaves all others alone", async () => {
      for (const place of await places()) {
        world.changeLabels(place, { add: ["bug", "coding agent"] });
        const change = { add: ["coding agent done"], remove: ["coding agent", "never there"] };
        expect(await forge.changeLabels(here(), threadOf(place), change)).toBe("set");
        expect(await forge.changeLabels(here(), threadOf(place), change)).toBe("set");
        expect(place.labels).toEqual(["bug", "coding agent done"]);
      }
    });

    it("knows who set a label last, and that one is not there", async () => {
      for (const place of (await places()).filter((one) => !lacks.includes(labellerOf(one)))) {
        const asked = () => forge.whoLabelled(here(), threadOf(place), "Coding Agent");
        expect(await asked()).toEqual({ kind: "absent" });
        world.changeLabels(place, { add: ["coding agent"] }, STRANGER);
        const first = await asked();
        expect(first).toMatchObject({ kind: "set", actor: actorOf(STRANGER) });
        world.changeLabels(place, { remove: ["coding agent"] }, STRANGER);
        expect(await asked()).toEqual({ kind: "absent" });
        world.changeLabels(place, { add: ["coding agent"] }, OWNER);
        const second = await asked();
        expect(second).toMatchObject({ kind: "set", actor: actorOf(OWNER) });
        expect(second).not.toMatchObject({ eventId: first.kind === "set" ? first.eventId : "" });
      }
    });

    it("reads a pull request with its head", async () => {
      const { pull, sha } = await propose("change");
      expect(await forge.pullRequest(here(), pull.number)).toMatchObject({
        number: pull.number,
        title: "Change it",
        state: "open",
        headSha: sha,
      });
    });

    itHas("pull requests")("knows where a pull request comes from", async () => {
      const { pull } = await propose("change");
      expect(await forge.pullRequest(here(), pull.number)).toMatchObject({
        source: { branch: "change", repo: world.repository.fullName },
        target: { branch: DEFAULT_BRANCH },
        fork: false,
        draft: false,
      });
      const bare = await makeBareRepository(world.root, world.fork.fullName, DEFAULT_BRANCH);
      const theirs = await propose("theirs", world.fork, bare);
      expect(await forge.pullRequest(here(), theirs.pull.number)).toMatchObject({
        source: { branch: "theirs" },
        headSha: theirs.sha,
        fork: true,
      });
    });

    itHas("pull requests")("opens one pull request from a branch, however often it is asked to", async () => {
      const change = { from: DEFAULT_BRANCH, message: "Change", files: { "a.txt": "b\n" } };
      await commit(world.bare, { branch: "forgehand/fix/1", ...change });
      const wanted = { branch: "forgehand/fix/1", base: DEFAULT_BRANCH, title: "Fix it", body: "Done." };
      expect(await forge.findPullRequest(here(), wanted.branch)).toBeUndefined();
      const opened = await forge.openPullRequest(here(), { ...wanted, draft: false });
      expect(opened).toMatchObject({
        title: "Fix it",
        state: "open",
        fork: false,
        draft: false,
      });
      expect(await forge.openPullRequest(here(), { ...wanted, draft: false })).toEqual(opened);
      expect(await forge.findPullRequest(here(), wanted.branch)).toEqual(opened);
      expect(await forge.findPullRequest(here(), "forgehand/fix/2")).toBeUndefined();
    });

    itHas("pull requests")("opens a draft", async () => {
      const change = { from: DEFAULT_BRANCH, message: "Change", files: { "a.txt": "b\n" } };
      await commit(world.bare, { branch: "draft", ...change });
      const wanted = { branch: "draft", base: DEFAULT_BRANCH, title: "Try it", body: "", draft: true };
      expect(await forge.openPullRequest(here(), wanted)).toMatchObject({ draft: true });
    });

    it("reads files and the default branch", async () => {
      expect(await forge.defaultBranch(here())).toBe(DEFAULT_BRANCH);
      expect(await forge.readFile(here(), "a.txt", DEFAULT_BRANCH)).toBe("a\n");
      expect(await forge.readFile(here(), "b.txt", DEFAULT_BRANCH)).toBeUndefined();
      expect(await forge.readFile(here(), "a.txt", "no-such-branch")).toBeUndefined();
    });

    it("clones and pushes by git, where heads of pull requests may have refs of their own", async () => {
      const { pull, sha } = await propose("change");
      const refs = async (service: "git-upload-pack" | "git-receive-pack", credentials?: object) =>
        fetch(`${forge.gitUrl(here())}/info/refs?service=${service}`, {
          headers: credentials === undefined ? {} : { authorization: basic(credentials) },
        });
      await forge.refreshPullRequestRef?.(here(), pull.number);
      const read = await refs("git-upload-pack", await forge.gitCredentials(here(), "clone"));
      const ref = lacks.includes("head refs") ? "refs/heads/change" : forge.pullRequestRef(pull.number);
      expect(await read.text()).toContain(`${sha} ${ref}`);
      const written = await refs("git-receive-pack", await forge.gitCredentials(here(), "push"));
      expect(written.status).toBe(200);
      expect((await refs("git-upload-pack")).status).toBe(401);
    });

    for (const ability of lacks.filter(isAnswered)) {
      it(`says that it has none: ${ability}`, async () => {
        const { sha, pull } = await propose("change");
        if (!lacks.includes("labels")) world.changeLabels(pull, { add: ["a"] });
        const status = { state: "success", context: "forgehand/test", description: "It is so." } as const;
        const wanted = { branch: "b", base: DEFAULT_BRANCH, title: "t", body: "", draft: false };
        const answers: Readonly<Record<Answered, () => Promise<unknown>>> = {
          statuses: () => forge.setStatus({ repo: here(), sha }, status),
          labels: () => forge.changeLabels(here(), threadOf(pull), { add: ["a"], remove: [] }),
          "labeller of a pull request": async () =>
            (await forge.whoLabelled(here(), threadOf(pull), "a")).kind,
          "pull requests": () => forge.openPullRequest(here(), wanted),
        };
        expect(await answers[ability]()).toBe("unsupported");
      });
    }
  });
}

const labellerOf = ({ pull }: Place): Ability =>
  pull === undefined ? "labeller of an issue" : "labeller of a pull request";

/** What is answered `unsupported` where it is missing; the rest is never asked for. */
const ANSWERED = ["statuses", "labels", "labeller of a pull request", "pull requests"] as const;
type Answered = (typeof ANSWERED)[number];
const isAnswered = (ability: Ability): ability is Answered => ANSWERED.some((one) => one === ability);

const threadOf = ({ pull, number }: Place): Thread => ({
  kind: pull === undefined ? "issue" : "pull_request",
  number,
});

function basic(credentials: object): string {
  const { username, password } = credentials as { username: string; password: string };
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}
