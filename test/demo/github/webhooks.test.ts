import { afterEach, beforeEach, expect, it } from "@jest/globals";

import type { GitHubWorld } from "../../../demo/github/world.ts";
import { openGitHub } from "../../../demo/github/world.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const URL = "http://127.0.0.1:9/hook";
const config = { url: URL, content_type: "json", secret: "s", insecure_ssl: "0" };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let world: GitHubWorld;

beforeEach(async () => {
  folder = await temporaryFolder();
  world = await openGitHub({ root: folder.path, as: "token" });
  world.repository.roles.set(world.self.login, "admin");
});

afterEach(async () => {
  await world.close();
  await folder[Symbol.asyncDispose]();
});

async function ask(method: string, path: string, body?: object, more: Record<string, string> = {}) {
  const answer = await fetch(`${world.url}/repos/${world.repository.fullName}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${world.environment.GITHUB_TOKEN ?? ""}`,
      "user-agent": "test",
      ...more,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const data = text === "" ? undefined : (JSON.parse(text) as unknown);
  return { status: answer.status, etag: answer.headers.get("etag") ?? "", body: data };
}

const make = async (change: object = {}) =>
  (await ask("POST", "/hooks", { name: "web", events: ["push"], config, ...change })).status;

it("never shows a secret, and forgets it with settings that leave it out", async () => {
  await make();
  const [hook] = world.hooks.all();
  expect((await ask("GET", "/hooks")).body).toMatchObject([{ config: { secret: "********" } }]);
  const { url, content_type } = config;
  const path = `/hooks/${hook?.id ?? ""}`;
  const changed = await ask("PATCH", path, { config: { url, content_type } });
  expect(changed.body).not.toHaveProperty("config.secret");
  expect(hook?.secret).toBe("");
});

it("sends as form where nobody says otherwise", async () => {
  await make({ config: { url: URL } });
  expect((await ask("GET", "/hooks")).body).toMatchObject([{ config: { content_type: "form" } }]);
});

it("refuses a second webhook that sends one of the events to the same address", async () => {
  expect([await make(), await make(), await make({ events: ["issues"] })]).toEqual([201, 422, 201]);
});

it("answers 304 to somebody who has the list already, until something in it changes", async () => {
  const thread = world.openIssue({ title: "Fix it", body: "" });
  const path = "/issues?sort=updated&direction=desc";
  const { etag, body } = await ask("GET", path);
  expect(body).toMatchObject([{ number: thread.number, updated_at: expect.stringMatching(/:\d\dZ$/) }]);
  const again = () => ask("GET", path, undefined, { "if-none-match": etag });
  expect(await again()).toMatchObject({ status: 304, body: undefined, etag });
  world.changeLabels(thread, { add: ["coding agent"] });
  expect((await again()).status).toBe(200);
});
