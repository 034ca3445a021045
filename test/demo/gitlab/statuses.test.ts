import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { commit } from "../../../demo/repository.ts";
import type { GitLabRoom } from "../../support/gitlab-room.ts";
import { openGitLabRoom } from "../../support/gitlab-room.ts";

let room: GitLabRoom;

beforeEach(async () => {
  room = await openGitLabRoom();
});

afterEach(async () => room[Symbol.asyncDispose]());

describe("statuses", () => {
  const post = (sha: string, body: object) => room.ask("POST", `/projects/42/statuses/${sha}`, body);

  it("go on in one row until it is over, and then in a new one", async () => {
    const sha = await room.branches();
    const ids: unknown[] = [];
    for (const state of ["pending", "running", "success", "pending", "failed"]) {
      const { status, body } = await post(sha, { state, name: "forgehand/test", ref: "change" });
      expect(status).toBe(201);
      ids.push((body as { id: number }).id);
    }
    expect([ids[0] === ids[2], ids[2] === ids[3], ids[3] === ids[4]]).toEqual([true, false, true]);
    expect(room.repository.statuses.map(({ state }) => state)).toEqual([
      "pending",
      "running",
      "success",
      "pending",
      "failed",
    ]);
  });

  it.each([
    ["pending", "pending", "enqueue"],
    ["running", "running", "run"],
    ["running", "pending", "enqueue"],
  ])("cannot go from %s to %s", async (from, to, event) => {
    const sha = await room.branches();
    await post(sha, { state: from });
    const message = expect.stringContaining(`Cannot transition status via :${event} from :${from}`);
    expect(await post(sha, { state: to })).toMatchObject({ status: 400, body: { message } });
    expect(room.repository.statuses).toHaveLength(1);
  });

  it("are refused for a commit that is not there, or that no branch has", async () => {
    const sha = await room.branches();
    expect(await post("a".repeat(40), { state: "pending" })).toMatchObject({ status: 404 });
    const other = await commit(room.git, {
      branch: "change",
      from: "main",
      message: "c",
      files: { "b.txt": "b" },
    });
    expect(other).not.toBe(sha);
    expect(await post(sha, { state: "pending" })).toMatchObject({
      status: 404,
      body: { message: "404 References for commit Not Found" },
    });
  });

  it("are refused with a text or an address that is too long or no address", async () => {
    const sha = await room.branches();
    const bad = [
      { description: "x".repeat(256) },
      { target_url: `https://x/${"x".repeat(256)}` },
      { target_url: "x:y" },
    ];
    for (const more of bad) expect((await post(sha, { state: "pending", ...more })).status).toBe(400);
    expect(await post(sha, { state: "error" })).toMatchObject({
      status: 400,
      body: { error: "state does not have a valid value" },
    });
  });

  it("make a pipeline where there is none, and stand in the one that is named", async () => {
    const sha = await room.branches();
    const last = async () => {
      const { body } = await room.ask("GET", `/projects/42/repository/commits/${sha}`);
      return (body as { last_pipeline: { id: number } | null }).last_pipeline;
    };
    expect(await last()).toBeNull();
    await post(sha, { state: "pending", ref: "change" });
    const { id } = (await last())!;
    room.standIn.state.pipelines.push({
      id: 9,
      sha,
      ref: "refs/merge-requests/1/head",
      source: "merge_request_event",
    });
    expect((await post(sha, { state: "pending", pipeline_id: 9 })).body).toMatchObject({ pipeline_id: 9 });
    expect((await post(sha, { state: "success", pipeline_id: id })).body).toMatchObject({ pipeline_id: id });
    expect((await post(sha, { state: "success", pipeline_id: 10 })).status).toBe(404);
  });
});
