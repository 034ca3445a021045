import { describe, expect, it } from "@jest/globals";

import { silent } from "../../src/core/log.ts";
import { openSqlite } from "../../src/record/sqlite.ts";
import { folderWith, forgehand } from "./command.ts";

const CONFIG = `
server: { publicUrl: "https://bot.example.com" }
forges:
  github: { kind: github, token: t, webhookSecret: s }
automations:
  deploy: { on: { push: true }, run: "true" }
`;
const ADDRESS = "https://bot.example.com/webhooks/github/deploy";

function place() {
  const cwd = folderWith({ "forgehand.yml": CONFIG });
  const keys = (...args: string[]) => forgehand(["keys", ...args], { cwd });
  const kept = async () => {
    const store = await openSqlite({ path: `${cwd}/data/forgehand.db`, log: silent });
    const found = await store.webhookKeys();
    await store.close();
    return found.map(({ key }) => key);
  };
  return { keys, kept };
}

describe("forgehand keys", () => {
  it("says that there are none", async () => {
    const { keys } = place();
    const said = "No address has a key of its own: the secrets of their forges count.\n";
    expect(await keys()).toMatchObject({ code: 0, stdout: said });
    expect(await keys("list", "--json")).toMatchObject({ code: 0, stdout: "[]\n" });
  });

  it("makes one, shows it once, and says where it belongs", async () => {
    const { keys, kept } = place();
    const { code, stdout, stderr } = await keys("make", "github", "deploy");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^[A-Za-z0-9]{50}\n$/)]);
    expect(stderr).toContain(`This is the key of ${ADDRESS}.`);
    expect(await kept()).toEqual([stdout.trim()]);
    const listed = await keys("list");
    expect(listed.stdout).toMatch(/^\/webhooks\/github\/deploy {2}made 20\S+Z\n$/);
    expect((await keys("list", "--json")).stdout).not.toContain(stdout.trim());
  });

  it("makes a new one, and lets the one before count on for as long as is said", async () => {
    const { keys, kept } = place();
    const made = async (...how: string[]) =>
      (JSON.parse((await keys("make", "github", "deploy", "--json", ...how)).stdout) as { key: string }).key;
    const first = await made();
    const second = await made("--grace", "24h");
    expect(await kept()).toEqual([second, first]);
    expect((await keys("list")).stdout).toMatch(/, counts until 20\S+Z\n/);
    const third = await made();
    expect(await kept()).toEqual([third]);
    expect(new Set([first, second, third]).size).toBe(3);
  });

  it("takes them away, once", async () => {
    const { keys, kept } = place();
    await keys("make", "github", "deploy");
    expect(await keys("remove", "github", "deploy")).toMatchObject({
      code: 0,
      stdout: "The keys of /webhooks/github/deploy are gone: the secret of github counts there.\n",
    });
    expect(await kept()).toEqual([]);
    expect(await keys("remove", "github", "deploy")).toMatchObject({ code: 1, stdout: "" });
  });

  it.each([
    [["make", "gitlab", "deploy"], 1, "There is no forge gitlab; there are: github."],
    [["make", "github", "test"], 1, "There is no automation test; there are: deploy."],
    [["make", "github", "deploy", "--grace", "a while"], 2, "Write a duration of at most a day"],
  ])("%p is refused with what there is", async (args, code, message) => {
    const { keys } = place();
    expect(await keys(...args)).toMatchObject({ code, stdout: "", stderr: expect.stringContaining(message) });
    expect((await keys("list", "--json")).stdout).toBe("[]\n");
  });
});
