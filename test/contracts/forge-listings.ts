import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { commit } from "../../demo/repository.ts";
import type { World } from "../../demo/world.ts";
import { DEFAULT_BRANCH, OWNER } from "../../demo/world.ts";
import type { Forge } from "../../src/core/forge.ts";
import type { Looked } from "../../src/core/listings.ts";
import type { ForgeSubject, OpenedForge } from "../support/open-forge.ts";
import { openForge } from "../support/open-forge.ts";

/** How every adapter lists what is open at its forge, for the poller. */
export function listingContract(subject: ForgeSubject): void {
  const { adapter } = subject;
  const itHas = (has: boolean) => (has ? it : it.skip);
  const issues = !adapter.lacks.includes("lists of issues") && !adapter.lacks.includes("issues");
  const pulls = !adapter.lacks.includes("lists of pull requests");

  describe(`${adapter.kind}: its lists`, () => {
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
    /** The same look again: what it shows, and how many requests it took. */
    async function again<Item>(
      look: (mark: string | undefined) => Promise<Looked<Item>>,
      first: Looked<Item>,
    ): Promise<{ looked: Looked<Item>; took: number }> {
      // Git tells of heads and branches too.
      const sent = () => world.requests.length + world.git.requests.length;
      const before = sent();
      const looked = await look(listed(first).mark);
      return { looked, took: sent() - before };
    }
    /** Items of a look that must have listed something. */
    const propose = async (branch: string) => {
      const change = { branch, from: DEFAULT_BRANCH, message: branch, files: { "a.txt": `${branch}\n` } };
      const sha = await commit(world.bare, change);
      return { sha, pull: await world.openPullRequest({ title: `Change ${branch}`, branch }) };
    };

    it("know a repository by its name, and that there is none", async () => {
      expect(await forge.repository(world.repository.fullName)).toMatchObject(here());
      await expect(forge.repository("nobody/nothing")).rejects.toMatchObject({ code: "FORGE_NOT_FOUND" });
    });

    itHas(issues)("show open issues with their labels, and what changed since", async () => {
      const look = (mark?: string) => forge.listings.issues(here(), mark);
      const one = world.openIssue({ title: "One", body: "Please." });
      const two = world.openIssue({ title: "Two", body: "" });
      two.state = "closed";
      const first = await look();
      expect(listed(first).items).toEqual([
        expect.objectContaining({
          issue: expect.objectContaining({ number: one.number, title: "One", state: "open", labels: [] }),
          author: expect.objectContaining({ id: world.ids.account(OWNER) }),
        }),
      ]);
      expect(listed(first).whole).toBe(true);
      const unchanged = await again(look, first);
      expect(unchanged.took).toBe(1);
      expect(changedIn(first, unchanged.looked)).toEqual([]);

      world.changeLabels(one, { add: ["coding agent"] });
      const changed = await again(look, first);
      expect(listed(changed.looked).items.map(({ issue }) => issue.labels)).toContainEqual(["coding agent"]);
    });

    itHas(pulls)("show open pull requests with their heads, and what changed since", async () => {
      const look = (mark?: string) => forge.listings.pullRequests(here(), mark);
      const { pull, sha } = await propose("change");
      const gone = await propose("gone");
      gone.pull.state = "closed";
      const first = await look();
      expect(listed(first).items.map(({ pullRequest }) => pullRequest.number)).toEqual([pull.number]);
      const [item] = listed(first).items;
      expect(item?.author.id).toBe(world.ids.account(OWNER));
      const { headSha = await headOf(pull.number) } = item?.pullRequest ?? {};
      expect(headSha).toBe(sha);
      const unchanged = await again(look, first);
      expect(unchanged.took).toBe(1);
      expect(changedIn(first, unchanged.looked)).toEqual([]);

      const newer = await commit(world.bare, {
        branch: "change",
        message: "more",
        files: { "a.txt": "more\n" },
      });
      const changed = await again(look, first);
      const now = listed(changed.looked).items.find(({ pullRequest }) => pullRequest.number === pull.number);
      expect(now?.pullRequest.headSha ?? (await headOf(pull.number))).toBe(newer);
    });

    it("show the branches with their commits, and that nothing changed", async () => {
      const look = (mark?: string) => forge.listings.branches(here(), mark);
      const sha = await commit(world.bare, {
        branch: "other",
        from: DEFAULT_BRANCH,
        message: "other",
        files: { "a.txt": "other\n" },
      });
      const first = await look();
      expect(listed(first).items).toContainEqual({ name: "other", sha });
      expect(
        listed(first)
          .items.map(({ name }) => name)
          .sort(),
      ).toEqual([DEFAULT_BRANCH, "other"]);
      const unchanged = await again(look, first);
      expect(unchanged.took).toBe(1);
      if (unchanged.looked.kind !== "unchanged") {
        expect(listed(unchanged.looked).items).toEqual(listed(first).items);
      }
      const newer = await commit(world.bare, {
        branch: "other",
        message: "more",
        files: { "a.txt": "more\n" },
      });
      const changed = await again(look, first);
      expect(listed(changed.looked).items).toContainEqual({ name: "other", sha: newer });
    });

    const headOf = async (number: number) => (await forge.pullRequest(here(), number)).headSha;
  });
}

function listed<Item>(looked: Looked<Item>): Extract<Looked<Item>, { kind: "listed" }> {
  if (looked.kind !== "listed") throw new Error(`the look was ${looked.kind}`);
  return looked;
}

/** Versions that a second look shows and the first did not. */
function changedIn<Item extends { readonly version: string }>(
  first: Looked<Item>,
  second: Looked<Item>,
): string[] {
  if (second.kind !== "listed") return [];
  const known = new Set(listed(first).items.map(({ version }) => version));
  return second.items.map(({ version }) => version).filter((version) => !known.has(version));
}
