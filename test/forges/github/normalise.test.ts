import { describe, expect, it } from "@jest/globals";

import { EVENTS } from "../../../src/forges/github/actions.ts";
import { github } from "../../../src/forges/github/index.ts";
import { fixture, fixtures } from "../../support/fixtures.ts";

const read = (event: string, body: unknown, contentType = "application/json") =>
  github.normalise({
    event,
    headers: { "content-type": contentType },
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  });

const bodyOf = (name: string) =>
  JSON.parse(fixture("github", name).body.toString()) as Record<string, unknown>;

describe("reading a delivery of GitHub", () => {
  it("tells a bare event for everything that enters Probot", () => {
    for (const name of EVENTS) {
      const [event = "", action] = name.split(".");
      const reading = read(event, action === undefined ? {} : { action });
      // The body lacks everything, so that a known event is unreadable and not ignored.
      expect({ name, kind: reading.kind }).toEqual({ name, kind: "unreadable" });
    }
  });

  it("reads every fixture of an event that enters Probot, and no other", () => {
    for (const { name, headers, body, reading } of fixtures("github")) {
      if (reading.kind === "unreadable" || name === "form-encoded") continue;
      const { action } = JSON.parse(body.toString()) as { action?: string };
      const event = headers["x-github-event"] ?? "";
      const known = EVENTS.some((one) => one === event || one === `${event}.${action ?? ""}`);
      expect({ name, known }).toEqual({ name, known: reading.kind === "event" });
    }
  });

  it("says what is missing and where", () => {
    const reading = github.normalise({ event: "issues", ...fixture("github", "missing-field") });
    expect(reading).toMatchObject({ reason: expect.stringContaining("issue.number") as unknown });
  });

  it("takes a source that has the same id but another name for a fork", () => {
    const body = bodyOf("pull-request-opened") as { pull_request: { head: { repo: { full_name: string } } } };
    body.pull_request.head.repo.full_name = "tomas/lighthouse";
    expect(read("pull_request", body)).toMatchObject({ events: [{ pullRequest: { fork: true } }] });
  });

  it("reads labels, draft and default branch that an old server leaves out", () => {
    const body = bodyOf("pull-request-opened") as {
      pull_request: Record<string, unknown>;
      repository: Record<string, unknown>;
    };
    delete body.pull_request.labels;
    delete body.pull_request.draft;
    delete body.repository.default_branch;
    const reading = read("pull_request", body);
    expect(reading).toMatchObject({ events: [{ pullRequest: { labels: [], draft: false } }] });
    expect(reading).not.toHaveProperty("events.0.repo.defaultBranch");
  });

  it("leaves a label out that the delivery does not name", () => {
    const body = bodyOf("issue-labeled");
    delete body.label;
    expect(read("issues", body)).not.toHaveProperty("events.0.label");
  });

  it("ignores a push to a ref that is neither a branch nor a tag", () => {
    const body = { ...bodyOf("push-branch"), ref: "refs/notes/commits" };
    expect(read("push", body)).toEqual({
      kind: "ignored",
      reason: 'the ref "refs/notes/commits" is neither a branch nor a tag',
    });
  });

  it("reads a comment on a merged pull request as that", () => {
    const body = bodyOf("comment-on-pull-request") as { issue: Record<string, unknown> };
    body.issue.state = "closed";
    body.issue.pull_request = { merged_at: "2026-10-04T11:00:00Z" };
    expect(read("issue_comment", body)).toMatchObject({ events: [{ pullRequest: { state: "merged" } }] });
  });

  it.each(["__proto__", "constructor", "toString"])("has no reader by the name %s", (event) => {
    expect(read(event, {}).kind).toBe("ignored");
    expect(read("issues", `{"action":"${event}"}`).kind).toBe("ignored");
  });

  it.each([
    ["no field of that name", "other=1"],
    ["bytes that are no UTF-8", "payload=%ff%fe"],
    ["broken escapes", "payload=%zz"],
  ])("cannot read a form with %s", (_case, form) => {
    expect(read("issues", form, "application/x-www-form-urlencoded").kind).toBe("unreadable");
  });
});
