import { describe, expect, it } from "@jest/globals";

import { gogs } from "../../../src/forges/gogs/index.ts";
import { fixture } from "../../support/fixtures.ts";

const bodyOf = (name: string) =>
  JSON.parse(fixture("gogs", name).body.toString()) as Record<string, Record<string, unknown>>;

const read = (event: string, body: unknown) =>
  gogs.normalise({
    event,
    headers: { "content-type": "application/json" },
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  });

describe("reading a delivery of Gogs", () => {
  it.each(["__proto__", "constructor", "toString", "issue_label", "pull_request_comment"])(
    "has no reader by the name %s",
    (word) => {
      expect(read(word, {}).kind).toBe("ignored");
      expect(read("issues", { action: word }).kind).toBe("ignored");
    },
  );

  it("takes a source that has the same id but another name for a fork", () => {
    const body = bodyOf("pull-request-opened");
    const head = body.pull_request?.head_repo as Record<string, unknown>;
    head.full_name = "tomas/wheel";
    expect(read("pull_request", body)).toMatchObject({
      events: [{ pullRequest: { fork: true, source: { repo: "tomas/wheel" } } }, {}],
    });
  });

  it("takes a source that is left out for a deleted fork", () => {
    const body = bodyOf("pull-request-opened");
    delete body.pull_request?.head_repo;
    expect(read("pull_request", body)).toMatchObject({
      events: [{ pullRequest: { fork: true, source: { repo: null } } }, {}],
    });
  });

  it("takes a living repository called deleted for what it is", () => {
    const body = bodyOf("pull-request-from-fork");
    const head = body.pull_request?.head_repo as Record<string, unknown>;
    Object.assign(head, { name: "deleted", full_name: "tomas/deleted" });
    expect(read("pull_request", body)).toMatchObject({
      events: [{ pullRequest: { source: { repo: "tomas/deleted" } } }, {}],
    });
  });

  it("makes up no address of an issue where the repository's is not told", () => {
    const body = bodyOf("comment-on-issue");
    delete body.repository?.html_url;
    expect(read("issue_comment", body)).not.toHaveProperty("events.0.issue.url");
  });

  it("needs a name of the sender", () => {
    const body = bodyOf("push-branch");
    body.sender = { id: 31, login: "", username: "" };
    expect(read("push", body).kind).toBe("unreadable");
  });

  it.each(["..", "main", "3f0b6a1", `${"a".repeat(40)}\n`])("takes %j for no commit", (sha) => {
    expect(read("push", { ...bodyOf("push-branch"), after: sha }).kind).toBe("unreadable");
    expect(read("create", { ...bodyOf("create-tag"), sha }).kind).toBe("unreadable");
  });

  it("ignores a push to a ref that is neither a branch nor a tag", () => {
    expect(read("push", { ...bodyOf("push-branch"), ref: "refs/pull/9/head" })).toEqual({
      kind: "ignored",
      reason: 'the ref "refs/pull/9/head" is neither a branch nor a tag',
    });
  });

  it.each([
    ["issues", "issue-opened-with-labels"],
    ["pull_request", "pull-request-from-fork"],
    ["issue_comment", "comment-on-pull-request"],
    ["push", "push-branch"],
    ["create", "create-tag"],
  ])("never throws, whichever member of %s is something else", (event, name) => {
    const whole = bodyOf(name);
    const kinds = new Set<string>();
    for (const path of pathsIn(whole)) {
      for (const value of [undefined, null, "", 0, -1.5, [], {}, [null]]) {
        kinds.add(read(event, withValue(whole, path, value)).kind);
      }
    }
    expect([...kinds].sort()).toEqual(expect.arrayContaining(["event", "unreadable"]));
  });

  it.each(["", "null", "[]", "0", '""', "{}", '{"action":{}}', '{"action":"opened","issue":[]}'])(
    "reads no event from %j",
    (body) => {
      for (const event of ["issues", "pull_request", "issue_comment", "push", "create", "delete"]) {
        expect(read(event, body).kind).not.toBe("event");
      }
    },
  );
});

/** The way to every member of some data. */
function pathsIn(data: unknown): string[][] {
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data).flatMap(([name, value]) => [
    [name],
    ...pathsIn(value).map((path) => [name, ...path]),
  ]);
}

/** The same data with another value there. */
function withValue(data: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  const copy = (Array.isArray(data) ? [...(data as unknown[])] : { ...(data as object) }) as Record<
    string,
    unknown
  >;
  copy[name] = withValue(copy[name], rest, value);
  return copy;
}
