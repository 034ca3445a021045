import { describe, expect, it } from "@jest/globals";

import { fromBitbucket, toBitbucket } from "../../../src/forges/bitbucket-data-center/marker.ts";
import { bitbucketDataCenter } from "../../../src/forges/bitbucket-data-center/index.ts";
import { COMMENT_MARKER } from "../../../src/core/text.ts";
import { fixture } from "../../support/fixtures.ts";

type Body = Record<string, unknown> & { pullRequest: Record<string, unknown> };

const bodyOf = (name: string) => JSON.parse(fixture("bitbucket-data-center", name).body.toString()) as Body;

const read = (body: unknown, event = "") =>
  bitbucketDataCenter.normalise({
    event,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  });

const actionsOf = (body: unknown) => {
  const reading = read(body);
  return reading.kind === "event" ? reading.events.map(({ action }) => action) : reading.kind;
};

describe("reading a delivery of Bitbucket Data Center", () => {
  it.each(["__proto__", "constructor", "toString"])("has no reader by the name %s", (eventKey) => {
    expect(read({ eventKey })).toMatchObject({ kind: "ignored" });
    expect(read("{}", eventKey)).toMatchObject({ kind: "ignored" });
  });

  it("believes the header where the body says no event, and never against it", () => {
    const { eventKey, ...rest } = bodyOf("comment-on-pull-request");
    expect(eventKey).toBe("pr:comment:added");
    expect(read(rest, "pr:comment:added").kind).toBe("event");
    expect(read({ ...rest, eventKey: 7 }, "pr:comment:added").kind).toBe("event");
    expect(read({ ...rest, eventKey: "pr:comment:edited" }, "pr:comment:added").kind).toBe("unreadable");
  });

  it("takes any body for a ping's", () => {
    expect(read("no JSON", "diagnostics:ping").kind).toBe("ignored");
  });

  it.each([[null], [[]], [{}], [{ self: [] }], [{ self: "x" }], [{ self: [{}] }], [undefined]])(
    "needs no links: %j",
    (links) => {
      const body = bodyOf("pull-request-opened");
      body.pullRequest.links = links;
      const reading = read(body);
      expect(reading.kind).toBe("event");
      expect(reading).not.toHaveProperty("events.0.pullRequest.url");
    },
  );

  it("takes a source that has the same id but another name for a fork, and not one in other case", () => {
    const fork = (key: string) => {
      const body = bodyOf("pull-request-opened") as Body & {
        pullRequest: { fromRef: { repository: { project: { key: string } } } };
      };
      body.pullRequest.fromRef.repository.project.key = key;
      return read(body);
    };
    expect(fork("OTHER")).toMatchObject({ events: [{ pullRequest: { fork: true } }] });
    expect(fork("harb")).toMatchObject({ events: [{ pullRequest: { fork: false } }] });
  });

  it("reads an edit by a server that tells nothing of before", () => {
    const { actor, eventKey, pullRequest } = bodyOf("pull-request-edited");
    expect(actionsOf({ actor, eventKey, pullRequest })).toEqual(["edited"]);
  });

  it("reads a new head without the one before", () => {
    const { previousFromHash, ...body } = bodyOf("pull-request-updated");
    expect(previousFromHash).toBeDefined();
    const reading = read(body);
    expect(reading).toMatchObject({ events: [{ action: "updated", after: expect.any(String) as unknown }] });
    expect(reading).not.toHaveProperty("events.0.before");
  });

  it.each(["..", ".", "~..", "a/b", "a b", "a%2fb", "", "a?b"])("takes %j for no project", (key) => {
    const body = bodyOf("push-branch") as unknown as { repository: { project: { key: string } } };
    body.repository.project.key = key;
    expect(read(body)).toMatchObject({
      kind: "unreadable",
      reason: expect.stringContaining("repository.project.key") as unknown,
    });
  });
});

describe("our marker on Bitbucket", () => {
  const HIDDEN = "[//]: # (forgehand:comment)";

  it.each([
    [`${COMMENT_MARKER}\nRun 7\n`, `${HIDDEN}\n\nRun 7\n`],
    [`What it does.\n\n${COMMENT_MARKER}`, `What it does.\n\n${HIDDEN}`],
    [`What it does.\n${COMMENT_MARKER}\nMore.`, `What it does.\n\n${HIDDEN}\n\nMore.`],
    ["No marker.\n", "No marker.\n"],
    ["", ""],
  ])("hides in %j", (text, shown) => {
    expect(toBitbucket(text)).toBe(shown);
  });

  it("is known again at the beginning of a text", () => {
    const text = `${COMMENT_MARKER}\nRun 7\n`;
    expect(fromBitbucket(toBitbucket(text))).toBe(text);
  });

  it("stays when the text is cut, and stands apart from it", () => {
    const long = toBitbucket(`${"é🗼".repeat(20_000)}\n${COMMENT_MARKER}`, COMMENT_MARKER);
    expect(long.endsWith(`…\n\n${HIDDEN}`)).toBe(true);
    expect(long.length).toBeLessThanOrEqual(32_768);
    expect(long.length).toBeGreaterThan(32_000);
  });
});
