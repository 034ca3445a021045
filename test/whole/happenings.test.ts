import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { commit } from "../../demo/repository.ts";
import type { Told } from "../../demo/stand-in/delivery.ts";
import type { Account, Happening, Thread } from "../../demo/stand-in/state.ts";
import type { World } from "../../demo/world.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../../demo/world.ts";
import type { Worlds } from "../../demo/worlds.ts";
import type { Ability } from "../../src/core/forge.ts";
import type { Run } from "../../src/core/run.ts";
import { adapters } from "../../src/forges/index.ts";
import { until } from "../support/until.ts";
import { startWhole } from "../support/whole.ts";
import type { Whole } from "../support/whole.ts";

const FORGES = ["github", "gitlab", "gitea", "bitbucket-data-center", "azure-devops"] as const;
type Kind = (typeof FORGES)[number];

/** A program that is not ours, by a name that the forge gives to none but programs. */
const ROBOTS: Readonly<Record<Kind, Account>> = {
  github: { id: 29139614, login: "renovate[bot]", bot: true },
  gitlab: { id: 4802, login: "project_7301_bot_renovate", bot: true },
  gitea: { id: -2, login: "gitea-actions" },
  "bitbucket-data-center": { id: 5802, login: "renovate", bot: true },
  "azure-devops": { id: 6202, login: "renovate@harbour.example", bot: true },
};

/** What a test may find of what a forge has, before its world is there. */
const lacks = (forge: Kind, ability: Ability): boolean =>
  adapters.find(({ kind }) => kind === forge)?.lacks.includes(ability) ?? false;
const itWhere = (has: boolean) => (has ? it : it.skip);

const automationsOf = (world: World, forge: Kind) => ({
  // It works until somebody ends it.
  take: { on: { assigned: true }, run: "exec sleep 600" },
  address: { on: { review: ["changes_requested"] }, run: "true" },
  // Its own status says the same as the check that started it.
  repair: { on: { check: ["failure"] }, run: "exit 1" },
  crew: { on: { command: "crew" }, allow: { teams: [world.team("crew", [STRANGER])] }, run: "true" },
  robot: {
    on: { command: "robot" },
    allow: { bots: [world.ids.account(ROBOTS[forge])] },
    run: "true",
  },
  resume: { on: { label_removed: "wip" }, run: "true" },
  picky: {
    on: {
      issue: ["opened"],
      pull_request: ["opened"],
      title: ["fix*"],
      authors: [STRANGER.login],
      ...(world.issues ? { labels: { include: ["bug"], exclude: ["wip"] } } : {}),
    },
    allow: "read",
    run: "true",
  },
});

/** The ways in which a forge tells of a status of ours; none where it tells of none. `told`: of a check of that name. */
const COMES_BACK: Readonly<Record<Kind, (told: Told) => readonly Told[]>> = {
  github: (told) => [told, statusOf(told)],
  gitea: (told) => [told],
  gitlab: ({ event, payload }) => {
    const pipeline = payload.object_attributes as object;
    const [job] = payload.builds as object[];
    return [
      // Where the commit had no pipeline, GitLab makes one; where it had, ours decides with its jobs.
      { event, payload: { ...payload, object_attributes: { ...pipeline, source: "external" }, builds: [] } },
      { event, payload: { ...payload, builds: [{ ...job, status: "success" }] } },
    ];
  },
  "bitbucket-data-center": () => [],
  "azure-devops": () => [],
};

/** GitHub's word of a status, given what it says of a check run of the same name and end. */
function statusOf({ payload: { check_run: run, action: _action, ...around } }: Told): Told {
  const { name, head_sha: sha, conclusion: state } = run as Readonly<Record<string, string>>;
  const said = { id: 1, sha, name: "", context: name, state, description: null, target_url: null };
  return { event: "status", payload: { ...around, ...said, branches: [] } };
}

describe.each(FORGES)("what happens on %s", (forge) => {
  let whole: Whole<World>;
  let world: World;

  beforeAll(async () => {
    whole = await startWhole<keyof Worlds>({ forge, automations: (made) => automationsOf(made, forge) });
    ({ world } = whole);
  }, 90_000);

  afterAll(async () => whole[Symbol.asyncDispose](), 30_000);

  /** Do something there as somebody; the forge tells of it. */
  const happen = async (doing: () => unknown) => {
    const happenings: Happening[] = [];
    const stop = world.listen((happening) => happenings.push(happening));
    await doing();
    stop();
    // What Forgehand did meanwhile is told anyway.
    const ofOthers = happenings.filter(({ actor }) => actor.id !== world.self.id);
    expect(ofOthers).not.toEqual([]);
    for (const happening of ofOthers) await whole.tell(await world.told(happening));
  };

  /** What was started by what somebody did. */
  const startedBy = async (doing: () => unknown): Promise<string[]> => {
    const { length } = await whole.runs();
    await doing();
    await whole.quiet();
    return (await whole.runs()).slice(length).map(({ automation, state }) => `${automation} ${state}`);
  };
  const started = (doing: () => unknown) => startedBy(() => happen(doing));

  const propose = async (branch: string, actor = OWNER) => {
    const change = { branch, from: DEFAULT_BRANCH, message: branch, files: { [`${branch}.txt`]: "x\n" } };
    const sha = await commit(world.bare, change);
    return { sha, thread: await world.openPullRequest({ title: branch, branch }, actor) };
  };
  /** Something that can be given to somebody. */
  const task = async (title: string): Promise<Thread> =>
    world.issues ? world.openIssue({ title, body: "Please." }) : (await propose(title)).thread;

  const said = (thread: Thread): string => {
    const [comment, ...others] = whole.comments(thread);
    expect(others).toEqual([]);
    return comment?.bodies.at(-1) ?? "";
  };

  const underWay = (automation: string): Promise<Run> =>
    until(
      async () =>
        (await whole.runs()).find(
          (run) => run.automation === automation && run.commandStartedAt !== undefined,
        ),
      30_000,
    );
  const allMatched = () =>
    until(async () => (await whole.store.jobs({ stage: "match", limit: 10 })).length === 0, 30_000);

  it("begins what is assigned to Forgehand, and to nobody else, and ends it as that is taken back", async () => {
    const thread = await task("take");
    expect(await started(() => world.assign(thread, STRANGER))).toEqual([]);
    await happen(() => world.assign(thread, world.self));
    const run = await underWay("take");
    expect(run).toMatchObject({ actor: { login: OWNER.login }, thread: { number: thread.number } });
    if (world.untold.includes("unassigned")) {
      await happen(() => world.comment(thread, "/forgehand cancel"));
      expect(await whole.over(run.id)).toMatchObject({ state: "cancelled" });
      return;
    }
    await happen(() => world.unassign(thread, STRANGER));
    await happen(() => world.unassign(thread, world.self, STRANGER));
    await allMatched();
    expect(await whole.store.run(run.id)).toMatchObject({ state: "running" });
    world.assign(thread, world.self, STRANGER);
    await happen(() => world.unassign(thread, world.self));
    expect(await whole.over(run.id)).toMatchObject({
      state: "cancelled",
      reason: `${OWNER.login} unassigned ${world.self.login}.`,
    });
    expect(said(thread)).toContain("was cancelled");
  }, 60_000);

  it("refuses in one comment what somebody without rights assigns to it", async () => {
    const thread = await task("refuse");
    expect(await started(() => world.assign(thread, world.self, STRANGER))).toEqual([]);
    expect(said(thread)).toContain("Nothing was started for this assignment");
    world.unassign(thread, world.self, STRANGER);
    expect(await started(() => world.assign(thread, world.self, STRANGER))).toEqual([]);
    expect(said(thread)).toContain(`${STRANGER.login} has read permission`);
  }, 60_000);

  it("begins what a review that requests changes is for, and not what others say", async () => {
    const { thread, sha } = await propose("reviewed");
    const review = (state: "approved" | "changes_requested", actor = OWNER) =>
      started(() => world.review(thread, state, "A word.", actor));
    expect(await review("approved")).toEqual([]);
    expect(await review("changes_requested", STRANGER)).toEqual([]);
    expect(await review("changes_requested")).toEqual(["address succeeded"]);
    expect((await whole.runs()).at(-1)).toMatchObject({ sha, actor: { login: OWNER.login } });
  }, 60_000);

  itWhere(!lacks(forge, "checks"))(
    "begins what the failure of a check is for, and nothing by its own failure",
    async () => {
      const { sha } = await propose("broken");
      expect(await started(() => world.check(sha, "build", "success"))).toEqual([]);
      expect(await started(() => world.check(sha, "build", "failure", STRANGER))).toEqual([]);
      expect(await started(() => world.check(sha, "build", "failure"))).toEqual(["repair failed"]);
      const ours = whole.statuses(sha);
      expect(ours.map(({ context, state }) => [context, state])).toEqual([
        ["forgehand/repair", "pending"],
        ["forgehand/repair", "failure"],
      ]);
      const { repository, self } = world;
      const comingBack = async (name: string, actor: Account) => {
        const createdAt = new Date().toISOString();
        const check = { id: 4_711, sha, name, state: "failure", createdAt } as const;
        return COMES_BACK[forge](await world.told({ kind: "checked", repository, actor, check }));
      };
      // Whoever set it: somebody may share our account, or our name may be on what another one set.
      for (const actor of [self, OWNER]) {
        for (const told of await comingBack("forgehand/repair", actor)) {
          expect(await startedBy(() => whole.tell(told))).toEqual([]);
        }
      }
      // The same words of another name are heard, where it is the name that tells.
      if (forge === "gitlab") return;
      for (const told of await comingBack("lint", OWNER)) {
        expect(await startedBy(() => whole.tell(told))).toEqual(["repair failed"]);
      }
    },
    90_000,
  );

  itWhere(!lacks(forge, "teams"))(
    "lets those of a team ask, and nobody else, whatever rights they have",
    async () => {
      const { thread } = await propose("team");
      const say = (actor: Account) => started(() => world.comment(thread, "/forgehand crew", actor));
      expect(await say(OWNER)).toEqual([]);
      expect(said(thread)).toContain(`${OWNER.login} is not among those who may ask for it`);
      expect(await say({ ...STRANGER, id: 4_711 })).toEqual([]);
      expect(await say(STRANGER)).toEqual(["crew succeeded"]);
    },
    60_000,
  );

  it("lets a program ask by its id, and none by a name", async () => {
    const { thread } = await propose("robot");
    const robot = ROBOTS[forge];
    const say = (actor: Account) => started(() => world.comment(thread, "/forgehand robot", actor));
    expect(await say({ ...robot, id: 4_712 })).toEqual([]);
    expect(said(thread)).toContain("Nothing was started for this command");
    expect(await say(robot)).toEqual(["robot succeeded"]);
  }, 60_000);

  itWhere(!lacks(forge, "labels") && !lacks(forge, "changed labels"))(
    "begins what waits for a label to be taken off",
    async () => {
      const issue = world.openIssue({ title: "Resume", body: "" });
      world.changeLabels(issue, { add: ["wip", "bug"] });
      const takeOff = (label: string, actor = OWNER) =>
        started(() => world.changeLabels(issue, { remove: [label] }, actor));
      expect(await takeOff("bug")).toEqual([]);
      expect(await takeOff("wip", STRANGER)).toEqual([]);
      expect(await started(() => world.changeLabels(issue, { add: ["wip"] }))).toEqual([]);
      expect(await takeOff("wip")).toEqual(["resume succeeded"]);
    },
    60_000,
  );

  it("begins only what passes the filters of title, authors and labels", async () => {
    const { issues, repository } = world;
    const open = async (title: string, actor: Account, ...labels: string[]) => {
      const thread = issues
        ? world.openIssue({ title, body: "" }, actor)
        : (await propose(`${title}-${actor.login}`, actor)).thread;
      if (issues && labels.length > 0) world.changeLabels(thread, { add: labels }, OWNER);
      return startedBy(async () =>
        whole.tell(await world.told({ kind: "opened", repository, actor, thread })),
      );
    };
    expect(await open("fix-it", STRANGER, "bug")).toEqual(["picky succeeded"]);
    expect(await open("fix-it", OWNER, "bug")).toEqual([]);
    expect(await open("break-it", STRANGER, "bug")).toEqual([]);
    if (!issues) return;
    expect(await open("fix-more", STRANGER)).toEqual([]);
    expect(await open("fix-more", STRANGER, "bug", "wip")).toEqual([]);
  }, 60_000);
});
