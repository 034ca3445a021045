import { describe, expect, it } from "@jest/globals";

import { gitlab } from "../../../src/forges/gitlab/index.ts";
import { fixture } from "../../support/fixtures.ts";

const bodyOf = (name: string) =>
  JSON.parse(fixture("gitlab", name).body.toString()) as Record<string, unknown> & {
    object_attributes: Record<string, unknown>;
  };

const read = (event: string, body: unknown) =>
  gitlab.normalise({
    event,
    headers: { "content-type": "application/json" },
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  });

const actionsOf = (reading: ReturnType<typeof read>) =>
  reading.kind === "event" ? reading.events.map(({ action }) => action) : reading.kind;

describe("reading a delivery of GitLab", () => {
  it.each([
    ["Issue Hook", "merge_request-opened", false],
    ["Note Hook", "push-branch", false],
    ["Confidential Note Hook", "note-on-issue", true],
    ["Tag Push Hook", "push-branch", false],
    ["Issue Hook", "task-labeled", true],
    ["A Hook of a later version", "issue-opened", true],
    ["", "issue-opened", true],
  ])("believes the body, and with the header %j in %s: %s", (event, name, agrees) => {
    const reading = read(event, bodyOf(name.replace("merge_request", "merge-request")));
    expect(reading.kind).toBe(agrees ? "event" : "unreadable");
  });

  it.each([
    "repository_update",
    "project_create",
    "user_create",
    "gitlab_subscription_member_approval",
    "note",
    "issue",
  ])("ignores the system hook %s", (kind) => {
    expect(read("System Hook", { event_name: kind }).kind).toBe("ignored");
    expect(read("System Hook", { object_kind: kind }).kind).toBe("ignored");
  });

  it.each(["__proto__", "constructor", "toString"])("has no reader by the name %s", (word) => {
    expect(read("", { object_kind: word }).kind).toBe("ignored");
    expect(read("Issue Hook", { object_kind: "issue", object_attributes: { action: word } }).kind).toBe(
      "ignored",
    );
  });

  it("finds the project's id where else a system hook has it", () => {
    const push = { ...bodyOf("system-push"), project_id: 15 };
    expect(read("System Hook", push)).toMatchObject({ events: [{ repo: { id: "15" } }] });
    const request = bodyOf("system-merge-request");
    request.object_attributes.target_project_id = 16;
    expect(read("System Hook", request)).toMatchObject({ events: [{ repo: { id: "16" } }, {}] });
  });

  it("takes a source that has the same id but another path for a fork", () => {
    const body = bodyOf("merge-request-opened");
    body.object_attributes.source = { path_with_namespace: "tomas/lighthouse" };
    expect(read("Merge Request Hook", body)).toMatchObject({
      events: [{ pullRequest: { fork: true, source: { repo: "tomas/lighthouse" } } }],
    });
  });

  it("takes a source that nothing tells of for a fork", () => {
    const body = bodyOf("merge-request-opened");
    delete body.object_attributes.source_project_id;
    expect(read("Merge Request Hook", body)).toMatchObject({ events: [{ pullRequest: { fork: true } }] });
  });

  it("reads a merge request that is being merged as open", () => {
    const body = bodyOf("merge-request-updated");
    body.object_attributes.state = "locked";
    expect(read("Merge Request Hook", body)).toMatchObject({ events: [{ pullRequest: { state: "open" } }] });
  });

  it("reads labels, draft, text and head that an old server leaves out", () => {
    const body = bodyOf("merge-request-opened");
    const left = {
      labels: undefined,
      draft: undefined,
      description: undefined,
      last_commit: undefined,
      url: undefined,
    };
    Object.assign(body.object_attributes, left, { work_in_progress: true });
    delete body.labels;
    delete body.changes;
    const reading = read("Merge Request Hook", body);
    expect(reading).toMatchObject({ events: [{ pullRequest: { labels: [], draft: true, body: "" } }] });
    expect(reading).not.toHaveProperty("events.0.pullRequest.headSha");
    expect(reading).not.toHaveProperty("events.0.pullRequest.url");
  });

  it("tells of labels that changed together with the state", () => {
    const body = bodyOf("issue-closed");
    body.changes = { labels: { previous: [{ id: 1, title: "a" }], current: [{ id: 2, title: "b" }] } };
    expect(actionsOf(read("Issue Hook", body))).toEqual(["closed", "unlabeled", "labeled"]);
  });

  it("reads a change of the mark alone as no edit, and any other change of the title as one", () => {
    const body = bodyOf("merge-request-ready");
    const becomes = (previous: string, current: string) => {
      body.changes = { title: { previous, current }, draft: { previous: true, current: false } };
      return actionsOf(read("Merge Request Hook", body));
    };
    for (const mark of ["Draft: ", "[Draft] ", "(draft) ", "WIP: "]) {
      expect(becomes(`${mark}Lamp`, "Lamp")).toEqual(["ready"]);
    }
    expect(becomes("Draft: Lamp", "Light")).toEqual(["ready", "edited"]);
  });

  it.each([
    ["Confidential Issue Hook", "issue-labeled"],
    ["Confidential Note Hook", "note-on-issue"],
    ["Confidential Note Hook", "note-on-merge-request"],
  ])("keeps confidential what the header alone says is: %s", (event, name) => {
    expect(read(event, bodyOf(name))).toMatchObject({ events: [{ confidential: true }] });
  });

  it("never says that something is not confidential", () => {
    expect(read("Issue Hook", bodyOf("issue-labeled"))).not.toHaveProperty("events.0.confidential");
  });

  it("ignores a push to a ref that is neither a branch nor a tag", () => {
    const body = { ...bodyOf("push-branch"), ref: "refs/merge-requests/1/head" };
    expect(read("Push Hook", body)).toEqual({
      kind: "ignored",
      reason: 'the ref "refs/merge-requests/1/head" is neither a branch nor a tag',
    });
  });

  it.each(["..", "main", "3f0b6a1", `${"a".repeat(40)}\n`])("takes %j for no commit", (after) => {
    expect(read("Push Hook", { ...bodyOf("push-branch"), after })).toMatchObject({
      kind: "unreadable",
      reason: expect.stringContaining("after: not a commit id") as unknown,
    });
  });
});
