import { describe, expect, it } from "@jest/globals";

import { bitbucketCloud } from "../../../src/forges/bitbucket-cloud/index.ts";
import { COMMENT_MARKER } from "../../../src/core/text.ts";
import { fixture } from "../../support/fixtures.ts";

const read = (event: string, body: unknown) =>
  bitbucketCloud.normalise({
    event,
    headers: { "content-type": "application/json" },
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  });

interface Told {
  actor: Record<string, unknown>;
  pullrequest: Record<string, unknown> & {
    source: { repository: Record<string, unknown> | null; commit: unknown };
    destination: Record<string, unknown>;
  };
  comment: { content: { raw: string } };
  issue: Record<string, unknown>;
  changes: Record<string, unknown>;
}

const bodyOf = (name: string) => JSON.parse(fixture("bitbucket-cloud", name).body.toString()) as Told;

describe("reading a delivery of Bitbucket Cloud", () => {
  it("leaves the head out where 12 digits of it are told, so that it is asked for", () => {
    expect(read("pullrequest:created", bodyOf("pull-request-created"))).not.toHaveProperty(
      "events.0.pullRequest.headSha",
    );
  });

  it("takes a source that has the same id but another name for a fork, and one of which nothing is told", () => {
    const renamed = bodyOf("pull-request-created");
    renamed.pullrequest.source.repository = {
      ...renamed.pullrequest.source.repository,
      full_name: "tomas/x",
    };
    expect(read("pullrequest:created", renamed)).toMatchObject({ events: [{ pullRequest: { fork: true } }] });
    const untold = bodyOf("pull-request-created");
    untold.pullrequest.source.repository = null;
    untold.pullrequest.destination.repository = null;
    expect(read("pullrequest:created", untold)).toMatchObject({
      events: [{ pullRequest: { fork: true, source: { repo: null } } }],
    });
  });

  it.each([
    ["nickname", { nickname: "mira", display_name: "Mira Larsen", username: "old" }, "mira"],
    ["display name", { nickname: null, display_name: "Mira Larsen" }, "Mira Larsen"],
    ["old user name", { nickname: "", username: "old" }, "old"],
    ["UUID", {}, "{u-1}"],
  ])("calls an account by its %s", (_case, names, login) => {
    const body = { ...bodyOf("pull-request-created"), actor: { uuid: "{u-1}", ...names } };
    expect(read("pullrequest:created", body)).toMatchObject({ events: [{ actor: { id: "{u-1}", login } }] });
  });

  it("reads the end from the event, whatever the state says", () => {
    const body = bodyOf("pull-request-created");
    expect(read("pullrequest:fulfilled", body)).toMatchObject({
      events: [{ pullRequest: { state: "merged" } }],
    });
    expect(read("pullrequest:rejected", body)).toMatchObject({
      events: [{ pullRequest: { state: "closed" } }],
    });
  });

  it("finds the marker of our comments wherever it stands", () => {
    const body = bodyOf("comment-on-pull-request");
    body.comment.content.raw = "> [//]: # (forgehand:comment)\n/forgehand test";
    expect(read("pullrequest:comment_created", body)).toMatchObject({
      events: [{ comment: { body: `> ${COMMENT_MARKER}\n/forgehand test` } }],
    });
  });

  it.each([
    [{ state: { old: "new", new: "wontfix" } }, ["closed"]],
    [{ status: { old: "new", new: "on hold" } }, "ignored"],
    [{ status: { old: "invalid", new: "closed" } }, "ignored"],
    [{ content: { old: "a", new: "b" } }, ["edited"]],
    [{ responsible: { old: "mira", new: "tomas" } }, ["unassigned", "assigned"]],
    [{ assignee: { old: { uuid: "{u-1}" }, new: { uuid: "{u-2}" } } }, ["unassigned", "assigned"]],
    [null, "ignored"],
  ])("reads the update %j of an issue as %j", (changes, expected) => {
    const reading = read("issue:updated", { ...bodyOf("issue-assigned"), changes });
    const found =
      reading.kind === "event" ? reading.events.map(({ action }) => action as string) : reading.kind;
    expect(found).toEqual(expected);
  });

  it("takes the account of an app for a program's, and no other", () => {
    const actor = (type: string) => ({ uuid: "{u-1}", type, nickname: "lamp" });
    for (const [type, bot] of [
      ["app_user", true],
      ["user", undefined],
      ["team", undefined],
    ] as const) {
      const body = { ...bodyOf("pull-request-created"), actor: actor(type) };
      const reading = read("pullrequest:created", body);
      expect(reading.kind === "event" && reading.events[0]?.actor.bot).toBe(bot);
    }
  });

  it("tells two reviews of one person apart by their times, and names the same one alike", () => {
    const idOf = (date: string | undefined) => {
      const reading = read("pullrequest:approved", {
        ...bodyOf("pull-request-approved"),
        approval: { date },
      });
      const [event] = reading.kind === "event" ? reading.events : [];
      return event?.kind === "review" ? event.review.id : undefined;
    };
    expect(idOf("2026-10-03T10:00:00+00:00")).toBe(idOf("2026-10-03T10:00:00+00:00"));
    expect(idOf("2026-10-03T10:00:00+00:00")).not.toBe(idOf("2026-10-03T10:00:01+00:00"));
    // Where no time of it is told, the pull request's own stands for it.
    expect(idOf(undefined)).toContain("2026-10-03T10:00:00.654321");
  });

  it("reads no author where an old payload names one in another way", () => {
    const body = bodyOf("pull-request-created");
    body.pullrequest.author = { username: "mira" };
    expect(read("pullrequest:created", body)).not.toHaveProperty("events.0.pullRequest.author");
  });

  it.each(["__proto__", "constructor", "toString", "repo:", "pr:opened"])(
    "has no reader by the name %s",
    (event) => {
      expect(read(event, {}).kind).toBe("ignored");
    },
  );

  it.each([
    "null",
    "1",
    '"text"',
    "[]",
    "{}",
    '{"push":null}',
    '{"push":{"changes":{}}}',
    '{"push":{"changes":[null]}}',
  ])("cannot read %s, and says so", (body) => {
    for (const event of [
      "repo:push",
      "pullrequest:created",
      "pullrequest:comment_created",
      "issue:updated",
    ]) {
      expect(read(event, body).kind).toBe("unreadable");
    }
  });
});
