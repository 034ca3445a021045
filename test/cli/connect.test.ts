import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { stringify } from "yaml";

import type { GitHubWorld } from "../../demo/github/world.ts";
import { openGitHub } from "../../demo/github/world.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { folderWith, forgehand } from "./command.ts";

const NAME = "Codertocat/Hello-World";
/** Nobody listens there. */
const NOWHERE = "http://127.0.0.1:9";

let world: GitHubWorld;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
  world = await openGitHub({ root: join(folder.path, "git"), as: "token" });
});
afterAll(async () => {
  await world.close();
  await folder[Symbol.asyncDispose]();
});

/** A folder with a config of this GitHub, and the command in it. */
function here(server: object = {}) {
  const config = { server, forges: { github: world.forge }, automations: {} };
  const cwd = folderWith({ "forgehand.yml": stringify(config) });
  return async (...args: string[]) => {
    const said = await forgehand(args, { cwd, environment: { ...world.environment } });
    for (const secret of world.secrets()) expect(said.stdout + said.stderr).not.toContain(secret);
    return said;
  };
}

describe("forgehand connect", () => {
  it.each([
    [[], /name a forge of the config, or say --list/],
    [["github", NAME, "--wait", "0"], /whole number of seconds/],
    [["gitlab", NAME], /no forge gitlab in the config; there are: github/],
    [["github", NAME], /not known where github reaches this Forgehand.*server\.publicUrl/],
    [["github", NAME, "--url", "ftp://bot.example.com"], /--url: write an http\(s\) address/],
    [["github"], /Say the name of the repository/],
    [["github", NAME, "--level", "group"], /no level group at github.*owner \(organization\)/],
  ])("ends with 2 and says what to write: %j", async (args, message) => {
    const { code, stdout, stderr } = await here()("connect", ...args);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, ""]);
  });

  it("ends with 2 where it is to remove what nobody knows the address of", async () => {
    const { code, stderr } = await here()("disconnect", "github", NAME);
    expect(stderr).toMatch(/not known where github reaches this Forgehand/);
    expect(code).toBe(2);
  });

  it("ends with 1 and says which right is missing", async () => {
    const { code, stderr } = await here()("connect", "github", NAME, "--url", NOWHERE);
    expect(stderr).toMatch(/Webhooks of a repository need its role admin/);
    expect(code).toBe(1);
  });

  it("says what to look at where nothing arrives, and finds the webhook as it should be afterwards", async () => {
    world.repository.roles.set(world.self.login, "admin");
    const run = here({ publicUrl: NOWHERE });
    const first = await run("connect", "github", NAME, "--wait", "1");
    expect(first.stdout).toContain(
      `github, repository ${NAME} → ${NOWHERE}/webhooks/github\n  The webhook was made.\n`,
    );
    expect(first.stdout).toContain(
      "nothing arrived within 1 s.\nWhat to look at:\n  - See that `forgehand serve` runs",
    );
    expect(first.stderr).toBe("Waiting for the test of the forge to arrive, for 1 s at most.\n");
    expect(first.code).toBe(1);

    const again = await run("connect", "github", NAME, "--no-test");
    expect(again.stdout).toContain("The webhook is as it should be: nothing was changed.\n");
    expect(again.code).toBe(0);

    const elsewhere = ["--url", "http://127.0.0.1:10/webhooks/github"];
    const moved = await run("connect", "github", NAME, "--dry-run", ...elsewhere);
    expect(moved.stdout).toContain("The webhook would be made.\n");
    expect(moved.stdout).toContain(
      `It sent to ${NOWHERE}/webhooks/github before: that one would be removed.`,
    );

    const listed = await run("connect", "--list", "--offline", "--json");
    expect(JSON.parse(listed.stdout)).toEqual([
      {
        forge: "github",
        level: "repository",
        name: NAME,
        url: `${NOWHERE}/webhooks/github`,
        connectedAt: expect.any(String),
        checkedAt: null,
        found: "",
        now: null,
        lost: 0,
        brought: 0,
      },
    ]);

    world.hooks.all()[0]!.active = false;
    const check = await run("check");
    expect(check.stdout).toContain(`WRONG webhook github repository ${NAME}: It is switched off.`);
    expect(check.code).toBe(1);

    const gone = await run("disconnect", "github", NAME, "--json");
    expect(JSON.parse(gone.stdout)).toMatchObject({ removed: 1, known: true, dryRun: false });
    expect(world.hooks.all()).toEqual([]);
  }, 60_000);
});

it("forgehand check says where the webhook of an App sends to somebody else, and connect changes it", async () => {
  const root = join(folder.path, "app");
  await using stack = new AsyncDisposableStack();
  const app = stack.adopt(await openGitHub({ root, as: "app" }), (one) => one.close());
  const config = { server: { publicUrl: NOWHERE }, forges: { github: app.forge }, automations: {} };
  const given = {
    cwd: folderWith({ "forgehand.yml": stringify(config) }),
    environment: { ...app.environment },
  };
  const before = await forgehand(["check"], given);
  expect(before.stdout).toContain(
    `WRONG webhook github system: It does not send to ${NOWHERE}/webhooks/github. Let \`forgehand connect github --level system\``,
  );
  const connected = await forgehand(["connect", "github", "--level", "system"], given);
  expect(connected.stdout).toContain("github, GitHub App → ");
  const after = await forgehand(["check"], given);
  expect(after.stdout).toContain(`ok    webhook github system: It sends to ${NOWHERE}/webhooks/github.`);
}, 60_000);
