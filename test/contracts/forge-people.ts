import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { commit } from "../../demo/repository.ts";
import type { Account, Happening, Thread as Place } from "../../demo/stand-in/state.ts";
import type { World } from "../../demo/world.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../../demo/world.ts";
import type { Actor, ForgeEvent, Thread } from "../../src/core/event.ts";
import type { Ability, Forge } from "../../src/core/forge.ts";
import type { ForgeSubject, OpenedForge } from "../support/open-forge.ts";
import { openForge } from "../support/open-forge.ts";

/**
 * What every adapter keeps about people and their judgement, against a stand-in with state: what is told of who is to do a
 * thing, of reviews and of checks, and what can be asked of issues, conversations, teams, reviewers and required checks.
 */
export function peopleContract(subject: ForgeSubject): void {
  const { adapter } = subject;
  const { lacks } = adapter;
  describe(`${adapter.kind}: people and their judgement`, () => {
    let opened: OpenedForge;
    let world: World;
    let forge: Forge;

    beforeEach(async () => {
      opened = await openForge(subject);
      ({ world } = opened);
      forge = opened.forge;
    });

    afterEach(async () => {
      await opened[Symbol.asyncDispose]();
    });

    const here = () => ({ id: world.ids.repository(world.repository), fullName: world.repository.fullName });
    const actorOf = (account: Account): Actor => ({ id: world.ids.account(account), login: account.login });
    /** Somebody as webhooks tell of them: some name the login alone, and the forge is asked who that is. */
    const toldOf = (place: Place, account: Account): Actor => ({
      ...actorOf(account),
      ...(place.pull === undefined && world.untold.includes("ids on issues") ? { id: "" } : {}),
    });
    const issue = () => world.openIssue({ title: "Fix it", body: "Please." }, STRANGER);
    const propose = async (branch = "change") => {
      const change = { branch, from: DEFAULT_BRANCH, message: branch, files: { "a.txt": `${branch}\n` } };
      const sha = await commit(world.bare, change);
      return { sha, pull: await world.openPullRequest({ title: "Change it", branch }, STRANGER) };
    };
    /** An issue, where there are any, and a pull request. */
    const places = async () => [...(lacks.includes("issues") ? [] : [issue()]), (await propose()).pull];
    const itHas = (ability: Ability) => (lacks.includes(ability) ? it.skip : it);

    /** What the adapter makes of all that webhooks tell while something is done. */
    async function heardOf(doing: () => unknown): Promise<ForgeEvent[]> {
      const happenings: Happening[] = [];
      const stop = world.listen((happening) => happenings.push(happening));
      await doing();
      stop();
      const events: ForgeEvent[] = [];
      for (const happening of happenings) {
        const { headers, body } = world.sign(await world.told(happening));
        const request = { headers, body: Buffer.from(body) };
        const reading = adapter.normalise({ event: adapter.identify(request).event, ...request });
        if (reading.kind !== "event") throw new Error(`${happening.kind} was read as: ${reading.reason}`);
        events.push(...reading.events);
      }
      return events;
    }

    itHas("assignments")("tells who is to do a thing, and who no longer is", async () => {
      const told = (place: Place) => world.tells.assigned?.includes(threadOf(place).kind) ?? true;
      for (const place of (await places()).filter(told)) {
        const assigned = await heardOf(() => world.assign(place, STRANGER, OWNER));
        expect(assigned).toEqual([
          expect.objectContaining({ ...kindOf(place), action: "assigned", actor: actorOf(OWNER) }),
        ]);
        expect(assigned[0]).toMatchObject({ repo: here(), assignee: actorOf(STRANGER) });
        const second = await heardOf(() => world.assign(place, OWNER, OWNER));
        expect(second).toEqual([expect.objectContaining({ action: "assigned", assignee: actorOf(OWNER) })]);
        if (world.untold.includes("unassigned")) {
          await expect(heardOf(() => world.unassign(place, STRANGER, OWNER))).rejects.toThrow("not named");
          continue;
        }
        const unassigned = await heardOf(() => world.unassign(place, STRANGER, OWNER));
        expect(unassigned).toEqual([
          expect.objectContaining({ ...kindOf(place), action: "unassigned", assignee: actorOf(STRANGER) }),
        ]);
      }
    });

    itHas("labels")("tells which label was set or taken off, or only that labels were changed", async () => {
      const named = (action: "labeled" | "unlabeled") =>
        lacks.includes("changed labels") ? { action: "label_updated" } : { action, label: "wip" };
      const thread = issue();
      const set = await heardOf(() => world.changeLabels(thread, { add: ["wip"] }, OWNER));
      expect(set).toEqual([expect.objectContaining({ kind: "issue", ...named("labeled") })]);
      const takenOff = await heardOf(() => world.changeLabels(thread, { remove: ["wip"] }, OWNER));
      expect(takenOff).toEqual([expect.objectContaining({ kind: "issue", ...named("unlabeled") })]);
    });

    it("tells who wrote what was opened", async () => {
      const [opening] = await heardOf(() => propose());
      expect(opening).toMatchObject({ kind: "pull_request", pullRequest: { author: actorOf(STRANGER) } });
      if (lacks.includes("issues")) return;
      let asked: Place | undefined;
      const [asking] = await heardOf(() => (asked = issue()));
      expect(asking).toMatchObject({ kind: "issue", issue: { author: toldOf(asked!, STRANGER) } });
    });

    it("tells a program from a person, where the forge does", async () => {
      for (const place of await places()) {
        const [person] = await heardOf(() => world.comment(place, "A word.", STRANGER));
        expect(person?.actor).toEqual(toldOf(place, STRANGER));
        const { bot } = world;
        if (bot === undefined || toldOf(place, bot).id === "") continue;
        const [program] = await heardOf(() => world.comment(place, "A word.", bot));
        expect(program?.actor).toEqual({ ...actorOf(bot), bot: true });
      }
    });

    itHas("reviews")("tells what a review says", async () => {
      const { pull } = await propose();
      expect(world.tells.reviews).not.toEqual([]);
      for (const state of world.tells.reviews) {
        const [event, ...more] = await heardOf(() => world.review(pull, state, "A word.", OWNER));
        expect(more).toEqual([]);
        expect(event).toMatchObject({ kind: "review", action: "submitted", actor: actorOf(OWNER) });
        expect(event).toMatchObject({
          repo: here(),
          review: { state },
          pullRequest: { number: pull.number },
        });
      }
    });

    itHas("checks")("tells how a check of a commit ended", async () => {
      const { sha } = await propose();
      expect(world.tells.checks).not.toEqual([]);
      for (const state of world.tells.checks) {
        const [event, ...more] = await heardOf(() => world.check(sha, "build", state, OWNER));
        expect(more).toEqual([]);
        expect(event).toMatchObject({ kind: "check", action: "completed", repo: here() });
        expect(event).toMatchObject({ check: { name: world.checkName("build"), state, sha } });
      }
    });

    itHas("issues")("reads an issue as it is now", async () => {
      const { number } = issue();
      const { number: other } = world.openIssue({ title: "Another", body: "" }, OWNER);
      const found = await forge.issue(here(), number);
      expect(found).toMatchObject({ number, title: "Fix it", body: "Please.", state: "open" });
      expect(found).toMatchObject({ author: actorOf(STRANGER) });
      expect(await forge.issue(here(), other)).toMatchObject({ number: other, title: "Another", body: "" });
      await expect(forge.issue(here(), 4_711)).rejects.toMatchObject({ code: "FORGE_NOT_FOUND" });
    });

    itHas("issues")("reads the labels that an issue has now", async () => {
      if (lacks.includes("labels")) return;
      const thread = issue();
      world.changeLabels(thread, { add: ["bug", "coding agent"] });
      expect(await forge.issue(here(), thread.number)).toMatchObject({ labels: ["bug", "coding agent"] });
    });

    it("reads a conversation, oldest first, and who said what", async () => {
      for (const place of await places()) {
        expect(await forge.conversation(here(), threadOf(place), { limit: 20 })).toEqual([]);
        world.comment(place, "The first.", STRANGER);
        world.comment(place, "The second.", OWNER);
        const [first, second, ...more] = await forge.conversation(here(), threadOf(place), { limit: 20 });
        expect(first).toMatchObject({ body: "The first.", author: actorOf(STRANGER) });
        expect(second).toMatchObject({ body: "The second.", author: actorOf(OWNER) });
        expect(more).toEqual([]);
        expect(first?.createdAt).toBeInstanceOf(Date);
      }
    });

    it("reads no more than the newest of a conversation, however long that is", async () => {
      for (const place of await places()) {
        const all = Array.from({ length: 230 }, (_, index) => `Comment ${index}.`);
        for (const body of all) world.comment(place, body, STRANGER);
        for (const limit of [1, 3, 150]) {
          const found = await forge.conversation(here(), threadOf(place), { limit });
          expect(found.map(({ body }) => body)).toEqual(all.slice(-limit));
        }
      }
    });

    it("says whether a comment was changed, where the forge does", async () => {
      for (const place of await places()) {
        world.comment(place, "Stays.", STRANGER);
        const changed = world.comment(place, "Was.", STRANGER);
        const later = new Date(Date.parse(changed.createdAt) + 60_000).toISOString();
        world.editComment(changed, "Is.");
        changed.editedAt = later;
        const [stays, is] = await forge.conversation(here(), threadOf(place), { limit: 20 });
        expect(stays?.body).toBe("Stays.");
        expect(stays?.editedAt).toBeUndefined();
        expect(is?.body).toBe("Is.");
        expect([undefined, Math.trunc(Date.parse(later) / 1_000)]).toContain(
          is?.editedAt && Math.trunc(is.editedAt.getTime() / 1_000),
        );
      }
    });

    it("leaves out of a conversation what only some people may see", async () => {
      for (const place of await places()) {
        world.comment(place, "For all.", STRANGER);
        world.internalComment?.(place, "For some.", OWNER);
        const found = await forge.conversation(here(), threadOf(place), { limit: 20 });
        expect(found.map(({ body }) => body)).toEqual(["For all."]);
      }
    });

    itHas("teams")("knows who belongs to a team, by the id and not by the name", async () => {
      const team = world.team("reviewers", [STRANGER]);
      expect(await forge.isMember(here(), team, actorOf(STRANGER))).toBe("yes");
      expect(await forge.isMember(here(), team, actorOf(OWNER))).toBe("no");
      const namesake = { id: world.ids.account({ id: 4_711, login: STRANGER.login }), login: STRANGER.login };
      expect(await forge.isMember(here(), team, namesake)).toBe("no");
    });

    itHas("teams")("takes nobody for a member of a team that there is not", async () => {
      const team = world.team("reviewers", [STRANGER]);
      for (const none of [`${team}-never`, "nobody/never", "never", ""]) {
        expect(["no", "unknown"]).toContain(await forge.isMember(here(), none, actorOf(STRANGER)));
      }
    });

    itHas("reviewers")(
      "asks people for a review, also once more, and leaves those who were asked",
      async () => {
        const { pull } = await propose();
        expect(await forge.requestReview(here(), pull.number, [OWNER.login])).toBe("set");
        expect(await forge.requestReview(here(), pull.number, [OWNER.login])).toBe("set");
        expect(world.reviewers(pull).map(({ id }) => id)).toEqual([OWNER.id]);
      },
    );

    itHas("required checks")(
      "knows what nothing may be merged without, as its webhooks call it",
      async () => {
        expect(await forge.requiredChecks(here(), DEFAULT_BRANCH)).toEqual([]);
        world.requireChecks(DEFAULT_BRANCH, ["build"]);
        expect(await forge.requiredChecks(here(), DEFAULT_BRANCH)).toEqual([world.checkName("build")]);
      },
    );

    const answers: Partial<Record<Ability, () => Promise<unknown>>> = {
      issues: () => forge.issue(here(), 1),
      teams: () => forge.isMember(here(), "people/reviewers", actorOf(STRANGER)),
      reviewers: async () => forge.requestReview(here(), (await propose()).pull.number, [OWNER.login]),
      "required checks": () => forge.requiredChecks(here(), DEFAULT_BRANCH),
    };
    for (const ability of lacks) {
      const answer = answers[ability];
      if (answer === undefined) continue;
      it(`says that it has none: ${ability}`, async () => expect(await answer()).toBe("unsupported"));
    }
  });
}

const threadOf = ({ pull, number }: Place): Thread => ({
  kind: pull === undefined ? "issue" : "pull_request",
  number,
});

function kindOf(place: Place): { kind: Thread["kind"] } {
  return { kind: threadOf(place).kind };
}
