import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { commit, headOf } from "../../demo/repository.ts";
import type { World } from "../../demo/world.ts";
import { DEFAULT_BRANCH, OWNER } from "../../demo/world.ts";
import { SANDBOX_PROGRAMS } from "../support/boxes.ts";
import { describeWith, missingOf } from "../support/services.ts";
import { startWhole } from "../support/whole.ts";
import type { Whole } from "../support/whole.ts";

const FILE = ".forgehand.yml";
const SECRET = "granted-secret-3141";

/** Tells by its exit codes what it reaches: the store and the config are a few folders above its workspace. */
const file = (run: string) => `automations:
  own:
    on: { pull_request: [opened] }
    secrets: [GRANTED]
    run: |
      ${run}
`;

const HONEST = file(
  `test "$GRANTED" = ${SECRET} && test -z "\${KEPT_BACK:-}" && ! cat ../../../forgehand.db ../../../../forgehand.yml`,
);

describeWith(missingOf(SANDBOX_PROGRAMS)).each(["github", "gitlab", "gitea"] as const)(
  "the file of a repository on %s",
  (forge) => {
    let whole: Whole<World>;

    beforeAll(async () => {
      whole = await startWhole({
        forge,
        automations: { server: { on: { pull_request: ["opened"] }, run: "true" } },
        repositoryAutomations: { repositories: ["**"], secrets: ["GRANTED"] },
        environment: { GRANTED: SECRET, KEPT_BACK: "another-secret-2718" },
      });
    }, 60_000);

    afterAll(async () => whole[Symbol.asyncDispose](), 30_000);

    /** Somebody pushes a file to the default branch, and the forge tells of it. */
    async function push(text: string): Promise<string> {
      const { bare, repository } = whole.world;
      const branch = DEFAULT_BRANCH;
      const before = (await headOf(bare, branch)) ?? "";
      const after = await commit(bare, { branch, message: "Change the file", files: { [FILE]: text } });
      const about = { repository, actor: OWNER, branch, before, after };
      await whole.tell(await whole.world.told({ kind: "pushed", ...about }));
      await whole.quiet();
      return after;
    }

    const shown = (sha: string) =>
      Object.fromEntries(whole.statuses(sha).map(({ context, state }) => [context, state]));

    it("changes nothing from a pull request, before that is merged", async () => {
      const { sha } = await whole.pull("sneak", { [FILE]: file("exit 3") });
      await whole.quiet();
      expect(shown(sha)).toEqual({ "forgehand/server": "success" });
      expect(await whole.runs()).toHaveLength(1);
    }, 90_000);

    it("adds an automation that gets what was granted to it, and no more", async () => {
      await push(HONEST);
      const { sha } = await whole.pull("honest", { "greeting.txt": "Hello, you!\n", [FILE]: file("exit 3") });
      await whole.quiet();
      expect(shown(sha)).toEqual({ "forgehand/server": "success", "forgehand/own": "success" });
    }, 90_000);

    it("shows its first problem on its commit with the line, and that it is mended on the next", async () => {
      const bad = await push(HONEST.replace("secrets: [GRANTED]", "secrets: [KEPT_BACK]"));
      expect(shown(bad)).toMatchObject({
        "forgehand/config": expect.stringMatching(/^(error|failed|failure)$/),
      });
      const delivery = (await whole.store.deliveries({ limit: 1 }))[0]!;
      const said = JSON.parse(await whole.cli("explain", delivery.key)) as {
        decisions: { automation: string; reason: string }[];
      };
      expect(said.decisions.find(({ automation }) => automation === FILE)?.reason).toContain(
        "Line 4, column 15: automations.own.secrets.0: The server does not grant a secret of this name.",
      );
      const good = await push(HONEST);
      expect(shown(good)).toMatchObject({ "forgehand/config": "success" });
    }, 90_000);

    it("is explained as what the repository adds, and checked beforehand without a forge", async () => {
      await whole.pull("explained", { "greeting.txt": "Hello!\n" });
      await whole.quiet();
      const runs = await whole.runs();
      const { delivery, written } = runs.findLast(({ automation }) => automation === "own")!;
      expect(JSON.parse(written ?? "")).toMatchObject({ secrets: ["GRANTED"] });
      const said = JSON.parse(await whole.cli("explain", delivery)) as {
        matches: { automation: string; origin?: string; matched: boolean }[];
      };
      expect(said.matches).toContainEqual(
        expect.objectContaining({ automation: "own", origin: "repository", matched: true }),
      );
      const path = join(whole.dataDir, "checked.yml");
      await writeFile(path, HONEST);
      expect(await whole.cli("check", "--repository", path)).toContain("All is well.");
      await writeFile(path, `${HONEST}    sandbox: none\n`);
      await expect(whole.cli("check", "--repository", path)).rejects.toThrow(
        "Line 7, column 5: automations.own.sandbox: Automations of a repository run in the sandbox only.",
      );
    }, 90_000);
  },
);
