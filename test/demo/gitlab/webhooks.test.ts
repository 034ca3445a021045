import { afterEach, beforeEach, expect, it } from "@jest/globals";

import { attempt } from "../../../demo/stand-in/hooks.ts";
import type { GitLabRoom } from "../../support/gitlab-room.ts";
import { openGitLabRoom } from "../../support/gitlab-room.ts";

const HOOKS = "/projects/42/hooks";
/** Nobody answers there. */
const NOWHERE = "http://127.0.0.1:9/hook";

let room: GitLabRoom;

beforeEach(async () => {
  room = await openGitLabRoom();
});

afterEach(async () => room[Symbol.asyncDispose]());

async function make(url = NOWHERE) {
  await room.ask("POST", HOOKS, { url, token: "s", issues_events: true });
  const hook = room.standIn.state.hooks.at(-1);
  if (hook === undefined) throw new Error("there is no webhook");
  return hook;
}

it("tells that there is a secret, and forgets it with another address", async () => {
  const hook = await make();
  const shown = { push_events: true, issues_events: true, token_present: true, alert_status: "executable" };
  expect((await room.ask("GET", HOOKS)).body).toMatchObject([shown]);
  await room.ask("PUT", `${HOOKS}/${hook.id}`, { url: `${NOWHERE}/other` });
  expect(hook.secret).toBe("");
  await room.ask("PUT", `${HOOKS}/${hook.id}`, { url: NOWHERE, token: "t", push_events: false });
  expect(hook).toMatchObject({ secret: "t", events: ["issues_events"] });
});

it("lets a webhook that it gave up go on only when a test of it is answered", async () => {
  const hook = await make();
  hook.held = "temporarily_disabled";
  const test = (trigger: string) => room.ask("POST", `${HOOKS}/${hook.id}/test/${trigger}`);
  expect((await test("pipeline_events")).body).toEqual({ message: expect.stringMatching(/^Ensure/) });
  expect((await test("resource_access_token_events")).status).toBe(422);
  expect(hook.held).toBe("temporarily_disabled");
  hook.url = `${room.standIn.url}/answers`;
  room.standIn.answerNext({ method: "POST", path: "/gitlab/answers" }, { status: 200 });
  expect((await test("resource_access_token_events")).status).toBe(201);
  expect(hook.held).toBeUndefined();
});

it("tells of an attempt what was sent without the secret, and no time", async () => {
  const hook = await make();
  const request = { headers: { "x-gitlab-token": "s", "idempotency-key": "one" }, body: "{}" };
  await attempt(hook, { id: 1, event: "Issue Hook", request });
  const { body } = await room.ask("GET", `${HOOKS}/${hook.id}/events`);
  const headers = { "X-Gitlab-Token": "[REDACTED]", "Idempotency-Key": "one" };
  expect(body).toEqual([
    expect.objectContaining({
      trigger: "issue_hooks",
      response_status: "internal error",
      request_headers: headers,
    }),
  ]);
  expect(body).not.toHaveProperty("0.created_at");
});

it("lists what changed at a time or later, oldest change first where that is asked", async () => {
  const [one, two] = [room.issue(), room.issue()];
  one.updatedAt = "2026-11-20T10:00:02.000Z";
  two.updatedAt = "2026-11-20T10:00:01.000Z";
  const list = async (query: string) => {
    const { body } = await room.ask("GET", `/projects/42/issues?order_by=updated_at${query}`);
    return (body as { iid: number }[]).map(({ iid }) => iid);
  };
  expect(await list("&sort=asc")).toEqual([two.number, one.number]);
  expect(await list("&updated_after=2026-11-20T10:00:02Z")).toEqual([one.number]);
});

it("lets nobody but an administrator look at system hooks", async () => {
  expect((await room.ask("GET", "/hooks")).status).toBe(403);
  room.standIn.state.administrators.add("alice");
  expect((await room.ask("GET", "/hooks")).status).toBe(200);
});
