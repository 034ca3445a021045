import { describe, expect, it } from "@jest/globals";

import { gitea } from "../../../src/forges/gitea/index.ts";
import { decide } from "../../../src/match/decide.ts";
import { fixture, fixtures } from "../../support/fixtures.ts";
import { automation } from "../../support/samples.ts";

type Data = Record<string, unknown>;

const bodyOf = (name: string) =>
  JSON.parse(fixture("gitea", name).body.toString()) as Data & { pull_request: Data; issue: Data };

const read = (event: string, body: unknown, contentType = "application/json") =>
  gitea.normalise({
    event,
    headers: { "content-type": contentType },
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  });

const actionsOf = (reading: ReturnType<typeof read>) =>
  reading.kind === "event" ? reading.events.map(({ action }) => action) : reading.kind;

describe("reading a delivery of Gitea or Forgejo", () => {
  it("names no label, and has the label asked for whatever list the delivery has", () => {
    const events = fixtures("gitea").flatMap(({ reading }) =>
      reading.kind === "event" ? reading.events : [],
    );
    const changed = events.filter(({ action }) => action === "label_updated");
    expect(changed.length).toBeGreaterThan(5);
    for (const event of changed) {
      expect(event).not.toHaveProperty("label");
      expect(decide(event, 0, automation(), "gitea")).toMatchObject({
        matched: true,
        stillToAsk: expect.arrayContaining(["permission", "label"]) as unknown,
      });
    }
  });

  it("reads the same with the headers of Gitea, of Forgejo, and of a server that sends no type", () => {
    const body = bodyOf("issue-label-updated-forgejo");
    for (const name of ["issue-label-updated-forgejo", "issue-label-updated-of-old-server"]) {
      const { headers } = fixture("gitea", name);
      const bytes = Buffer.from(JSON.stringify(body));
      const { event } = gitea.identify({ headers, body: bytes });
      expect(gitea.normalise({ event, headers, body: bytes })).toEqual(read("issues", body));
    }
  });

  it("reads an issue that is a pull request as one", () => {
    const body = bodyOf("issue-closed");
    body.issue.pull_request = { merged: true, merged_at: "2026-10-06T12:10:00Z" };
    expect(read("issues", body)).toMatchObject({
      events: [{ kind: "pull_request", pullRequest: { state: "merged" } }],
    });
  });

  it.each([
    ["another name of the repository alone", { repo_id: 42 }, false],
    ["another repository", { repo_id: 43 }, true],
    ["no repository", { repo: null }, true],
    ["a ref that is no branch", { ref: "refs/pull/13/head" }, true],
  ])("takes a source with %s for someone else's code: %j", (_case, change, fork) => {
    const body = bodyOf("pull-request-opened");
    body.pull_request.head = { ...(body.pull_request.head as Data), ...change };
    expect(read("pull_request", body)).toMatchObject({ events: [{ pullRequest: { fork } }] });
  });

  it.each([
    ["WIP: Lamp", "Lamp", false, ["ready"]],
    ["[WIP] Lamp", "Lamp", false, ["ready"]],
    ["Lamp", "wip: Lamp", true, ["draft"]],
    ["WIP: Lamp", "Light", false, ["ready", "edited"]],
    ["Lamp", "Light", false, ["edited"]],
    ["WIP: Lamp", "WIP: Light", true, ["edited"]],
  ])("reads a title that was %j and is %j", (from, title, draft, expected) => {
    const body = bodyOf("pull-request-opened");
    body.action = "edited";
    Object.assign(body.pull_request, { title, draft });
    body.changes = { title: { from } };
    expect(actionsOf(read("pull_request", body))).toEqual(expected);
  });

  it("reads an edit that does not say of what", () => {
    const body = { ...bodyOf("pull-request-opened"), action: "edited" };
    expect(actionsOf(read("pull_request", body))).toEqual(["edited"]);
  });

  it("reads another target together with a mark that came off", () => {
    const body = bodyOf("pull-request-ready");
    body.changes = { ...(body.changes as Data), ref: { from: "dev" } };
    expect(actionsOf(read("pull_request", body))).toEqual(["ready", "edited"]);
  });

  it("takes a merge by its time where the flag is not there", () => {
    const body = bodyOf("pull-request-merged");
    delete body.pull_request.merged;
    expect(actionsOf(read("pull_request", body))).toEqual(["merged"]);
  });

  it("reads labels and default branch that a server leaves out", () => {
    const body = bodyOf("pull-request-opened");
    delete body.pull_request.labels;
    delete (body.repository as Data).default_branch;
    const reading = read("pull_request", body);
    expect(reading).toMatchObject({ events: [{ pullRequest: { labels: [] } }] });
    expect(reading).not.toHaveProperty("events.0.repo.defaultBranch");
  });

  it.each([40, 64])("reads %i zeros as no commit", (digits) => {
    const commit = "ab".repeat(digits / 2);
    const zeros = "0".repeat(digits);
    const body = bodyOf("push-branch");
    expect(read("push", { ...body, before: zeros, after: commit })).toMatchObject({
      events: [{ action: "created", after: commit }],
    });
    const gone = read("push", { ...body, before: commit, after: zeros, head_commit: null });
    expect(gone).toMatchObject({ events: [{ action: "deleted", before: commit }] });
    expect(gone).not.toHaveProperty("events.0.after");
  });

  it.each(["..", "main", "3f0b6a1", `${"a".repeat(40)}\n`])("takes %j for no commit", (after) => {
    expect(read("push", { ...bodyOf("push-branch"), after })).toMatchObject({
      kind: "unreadable",
      reason: expect.stringContaining("after: not a commit id") as unknown,
    });
  });

  it.each(["lamp/clockwise", "refs/heads/lamp/clockwise"])("reads the full ref of %j", (ref) => {
    for (const event of ["create", "delete"]) {
      expect(read(event, { ...bodyOf("create-branch"), ref })).toMatchObject({
        events: [{ kind: "push", ref: "refs/heads/lamp/clockwise" }],
      });
    }
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

describe("the secret that old servers write into the body", () => {
  const bareOf = (body: Buffer, contentType: string) =>
    gitea.withoutSecret?.({ headers: { "content-type": contentType }, body });

  it("is taken out, and the rest is read as before", () => {
    const { headers, body, reading } = fixture("gitea", "push-with-secret-in-body");
    const kept = bareOf(body, "application/json") ?? body;
    expect(Buffer.from(kept).toString()).not.toContain("an-old-secret");
    expect(gitea.normalise({ event: "push", headers, body: kept })).toEqual(reading);
  });

  it("is taken out of a form", () => {
    const form = Buffer.from(`payload=${encodeURIComponent('{"secret":"an-old-secret","ref":"a&b=c"}')}`);
    const kept = Buffer.from(bareOf(form, "application/x-www-form-urlencoded") ?? form).toString();
    expect(new URLSearchParams(kept).get("payload")).toBe('{"secret":"","ref":"a&b=c"}');
  });

  it.each(["push-branch", "not-json", "not-utf8", "not-an-object"])("changes nothing in %s", (name) => {
    expect(bareOf(fixture("gitea", name).body, "application/json")).toBeUndefined();
  });
});
