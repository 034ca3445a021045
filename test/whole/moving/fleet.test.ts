import { randomUUID } from "node:crypto";

import { describe, expect, it } from "@jest/globals";

import { commit } from "../../../demo/repository.ts";
import type { Told } from "../../../demo/stand-in/delivery.ts";
import { send } from "../../../demo/stand-in/delivery.ts";
import { DEFAULT_BRANCH, OWNER } from "../../../demo/world.ts";
import type { Worlds } from "../../../demo/worlds.ts";
import { startWhole } from "../../support/whole.ts";

const ZERO = "0".repeat(40);

/** The forges of Fleet's list, and the addresses that its ingress recipes make. */
const FORGES = [
  { forge: "github", path: "/" },
  { forge: "gitlab", path: "/gitjob" },
  { forge: "bitbucket-data-center", path: "/gitjob/" },
  { forge: "gitea", path: "/gitjob/and/more" },
] as const;

describe("somebody who comes from Rancher Fleet", () => {
  it.each(FORGES)(
    "deploys what is pushed to a branch, told at $path, on $forge",
    async ({ forge, path }) => {
      await using whole = await startWhole<keyof Worlds>({
        forge,
        automations: { deploy: { on: { push: true, branches: ["release/*"] }, run: "cat version" } },
      });
      const { world, servers } = whole;
      const { repository, bare } = world;
      const post = (told: Told, to = path as string) =>
        send(`${servers[0]!.url}${to}`, world.sign(told, randomUUID()));
      const pushed = (branch: string, before: string, after: string) =>
        world.told({ kind: "pushed", repository, actor: OWNER, branch, before, after });
      const push = async (branch: string, version: string) => {
        const files = { version: `${version}\n` };
        return commit(bare, { branch, from: DEFAULT_BRANCH, message: version, files });
      };

      const first = await push("release/1", "1.0");
      expect(await post(await pushed("release/1", ZERO, first))).toMatchObject({ status: 200 });
      expect(await whole.over(1)).toMatchObject({ state: "succeeded", sha: first });
      expect((await whole.store.log(1, 0)).map(({ text }) => text).join("")).toContain("1.0\n");
      expect(whole.statuses(first).map(({ state }) => state)).toEqual(["pending", "success"]);

      // Another branch, a branch that is gone, and the same commit again start nothing.
      const other = await push("topic", "2.0");
      await post(await pushed("topic", ZERO, other));
      await post(await pushed("release/1", first, ZERO));
      await post(await pushed("release/1", ZERO, first));
      await whole.quiet();
      expect(await whole.runs()).toHaveLength(1);

      // Without a proof nothing is accepted, whatever it says.
      const { body, headers } = world.sign(await pushed("release/2", ZERO, first));
      const unproven = Object.entries(headers).filter(
        ([name]) => !/signature|token|authorization/.test(name),
      );
      const answer = await send(`${servers[0]!.url}${path}`, { body, headers: Object.fromEntries(unproven) });
      expect(answer.status).toBe(401);
    },
    60_000,
  );
});
