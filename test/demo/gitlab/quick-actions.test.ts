import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { GitLabRoom } from "../../support/gitlab-room.ts";
import { openGitLabRoom } from "../../support/gitlab-room.ts";

let room: GitLabRoom;

beforeEach(async () => {
  room = await openGitLabRoom();
});

afterEach(async () => room[Symbol.asyncDispose]());

describe("quick actions", () => {
  const post = (body: string) => room.ask("POST", "/projects/42/issues/1/notes", { body });

  it("are carried out, and are not in the note any more", async () => {
    const thread = room.issue();
    expect(await post('Done.\n/close\n/label ~bug ~"coding agent"')).toMatchObject({
      status: 201,
      body: { body: "Done." },
    });
    expect([thread.state, thread.labels]).toEqual(["closed", ["bug", "coding agent"]]);
    expect(room.standIn.state.executed.map(({ command }) => command)).toEqual(["close", "label"]);
  });

  it("leave no note where there is nothing else", async () => {
    const thread = room.issue();
    expect((await post("/close")).status).toBe(202);
    expect(thread.comments).toEqual([]);
  });

  it.each(["```\n/close\n```", " /close", "see /close", "`/close`", "/etc/passwd"])(
    "are none where they are text: %j",
    async (text) => {
      const thread = room.issue();
      expect((await post(text)).body).toMatchObject({ body: text });
      expect(thread.state).toBe("open");
    },
  );

  it("are carried out in a description, too", async () => {
    await room.branches();
    const wanted = { source_branch: "change", target_branch: "main", title: "x", description: "Hm.\n/close" };
    expect((await room.ask("POST", "/projects/42/merge_requests", wanted)).body).toMatchObject({
      description: "Hm.",
      state: "closed",
    });
  });
});
