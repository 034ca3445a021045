import { describe, expect, it } from "@jest/globals";

import type { Reading } from "../../../src/core/delivery.ts";
import { azureDevOps } from "../../../src/forges/azure-devops/index.ts";
import { fixture, fixtures } from "../../support/fixtures.ts";

type Data = Record<string, unknown>;
const bodyOf = (name: string) =>
  JSON.parse(fixture("azure-devops", name).body.toString()) as Data & { resource: Data };

const read = (body: unknown, headers: Record<string, string> = {}) =>
  azureDevOps.normalise({
    event: "",
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  });

const eventsOf = (reading: Reading) => (reading.kind === "event" ? reading.events : []);

/** A delivery with one member of its resource, or of a member of that, changed. */
function changed(name: string, change: Data, member?: string) {
  const body = bodyOf(name);
  Object.assign(member === undefined ? body.resource : (body.resource[member] as Data), change);
  return body;
}

describe("reading a delivery of Azure DevOps", () => {
  it.each(["__proto__", "constructor", "toString", "", "git.push "])(
    "has no reader by the name %j",
    (eventType) => {
      expect(read({ eventType, resource: {} }).kind).toBe("ignored");
    },
  );

  it("believes the body and no header", () => {
    const { body } = fixture("azure-devops", "push-branch");
    const headers = { "content-type": "application/json", "x-event": "workitem.created" };
    expect(azureDevOps.normalise({ event: "workitem.created", headers, body })).toMatchObject({
      events: [{ kind: "push" }],
    });
  });

  it.each([
    ["a subscription of zeros", { subscriptionId: "00000000-0000-0000-0000-000000000000" }],
    [
      "the collection of the examples",
      { resourceContainers: { collection: { id: "c12d0eb8-e382-443b-9f9c-c52cba5014c2" } } },
    ],
    [
      "the repository of the examples",
      { resource: { repository: { id: "4bc14d40-c903-45e2-872e-0462c7748079" } } },
    ],
  ])("knows a sample by %s", (_case, change) => {
    expect(read({ ...bodyOf("push-branch"), ...change })).toMatchObject({
      kind: "ignored",
      reason: expect.stringContaining("Test button") as unknown,
    });
  });

  describe("a vote, which only its sentence tells", () => {
    const tom = { id: "t1", displayName: "Tom", vote: 10 };
    const reviewer = (id: string, displayName: string | null, more: Data = {}) => ({
      id,
      displayName,
      vote: 0,
      ...more,
    });
    const voted = (said: string | null, ...reviewers: Data[]) => {
      const body = changed("pull-request-updated", { reviewers });
      const [event] = eventsOf(read({ ...body, message: { text: said } }));
      return event?.kind === "review" ? `${event.review.state} by ${event.actor.id}` : event?.action;
    };

    it.each([
      ["Tom has approved pull request 8 (Turn the lamp) in lighthouse", "approved by t1"],
      ["Tom has approved pull request 8", "approved by t1"],
      ["Tom has approved and left suggestions on pull request 8 (x)", "approved by t1"],
      ["Tom is waiting for the author on pull request 8 (x)", "changes_requested by t1"],
      ["Tom rejected pull request 8 (x)", "changes_requested by t1"],
      ["Tom voted on pull request 8 (x)", undefined],
      // What is no vote is read as an update.
      ["Tom updated the source branch of pull request 8 (Mira has approved pull request 8)", "updated"],
      ["Tom has approved pull request 80 (x)", "updated"],
      ["Mira has approved pull request 8 (x)", "updated"],
      ["", "updated"],
      [null, "updated"],
    ])("is %j: %s", (said, expected) => {
      expect(voted(said, tom)).toBe(expected);
    });

    it("is nobody's where the name of one reviewer is the beginning of another's sentence", () => {
      const said = "Tom has approved pull request 8 (x) rejected pull request 8 (Turn the lamp)";
      const spoofed = reviewer("e1", "Tom has approved pull request 8 (x)");
      expect(voted(said, tom, spoofed)).toBeUndefined();
      expect(voted(said, spoofed)).toBe("changes_requested by e1");
      expect(voted("Tom rejected pull request 8", tom, reviewer("e2", "Tom"))).toBeUndefined();
    });

    it("is no group's, and nobody's without a name", () => {
      expect(voted("Tom rejected pull request 8", reviewer("g1", "Tom", { isContainer: true }))).toBe(
        "updated",
      );
      expect(voted(" rejected pull request 8", reviewer("n1", null), reviewer("n2", ""))).toBe("updated");
    });
  });

  it.each([
    ["svc.YnVpbGQ", "build@harbour.example", true],
    ["s2s.YnVpbGQ", "build@harbour.example", true],
    ["aadsp.YnVpbGQ", "build@harbour.example", true],
    ["aad.bWlyYQ", "Build\\e1d8b5a2", true],
    ["aad.bWlyYQ", "mira@harbour.example", undefined],
    ["msa.bWlyYQ", "builder@harbour.example", undefined],
    [undefined, undefined, undefined],
  ])("takes the account %s %s for a program's: %s", (descriptor, uniqueName, bot) => {
    const pushedBy = { id: "a1", displayName: "A", uniqueName, descriptor };
    const [event] = eventsOf(read(changed("push-branch", { pushedBy })));
    expect(event?.actor.bot).toBe(bot);
  });

  it("tells a reading for whatever is sent, and throws never", () => {
    const strange: unknown[] = [null, true, 0, -1, 1e99, "", "text", [], [null], {}, { name: null }];
    for (const { body } of fixtures("azure-devops")) {
      let data: unknown;
      try {
        data = JSON.parse(body.toString());
      } catch {
        continue;
      }
      for (const variant of variants(data, strange)) {
        expect(["event", "ignored", "unreadable"]).toContain(read(variant).kind);
      }
    }
  });
});

/** A body with each of its members changed for each strange value, one at a time. */
function* variants(data: unknown, strange: readonly unknown[]): Generator {
  yield* strange;
  if (typeof data !== "object" || data === null) return;
  for (const [name, value] of Object.entries(data)) {
    for (const one of variants(value, strange)) {
      yield Array.isArray(data) ? data.with(Number(name), one) : { ...data, [name]: one };
    }
  }
}

describe("reading a work item", () => {
  it.each([
    ["New", "open"],
    ["Resolved", "open"],
    ["closed", "closed"],
    ["Done", "closed"],
    ["Removed", "closed"],
    ["A state of our own", "open"],
    [null, "open"],
  ])("takes the state %j for %s", (state, expected) => {
    const body = bodyOf("work-item-created");
    (body.resource.fields as Data)["System.State"] = state;
    expect(read(body)).toMatchObject({ events: [{ issue: { state: expected } }] });
  });

  it.each([
    ["Mira Lund <mira@harbour.example>", "mira@harbour.example"],
    ["Mira <alice@harbour.example> Lund <mira@harbour.example>", "mira@harbour.example"],
    ["alice@harbour.example", ""],
    ["Mira <alice@harbour.example> Lund", ""],
    ["", ""],
  ])("believes of the person %j the unique name %j", (person, login) => {
    const body = bodyOf("work-item-created");
    (body.resource.fields as Data)["System.CreatedBy"] = person;
    expect(read(body)).toMatchObject({ events: [{ actor: { id: "", login } }] });
  });

  it("belongs to the repository that the service hook names, else to that of the project's name", () => {
    const body = bodyOf("work-item-labeled");
    const repoIn = (named: string) =>
      read(body, { "x-forgehand-repository": named }) as { events?: { repo: { fullName: string } }[] };
    expect(repoIn(" lighthouse ").events?.[0]?.repo.fullName).toBe("Coast Guard/lighthouse");
    expect(repoIn(" ").events?.[0]?.repo.fullName).toBe("Coast Guard/Coast Guard");
    for (const bad of ["..", ".", "a/b", "a\\b"]) expect(repoIn(bad)).toMatchObject({ kind: "unreadable" });
  });

  it("shares its repository with the pushes to it, so that our own are known again", () => {
    const item = read(bodyOf("work-item-labeled"), { "x-forgehand-repository": "Lighthouse" });
    const push = read(bodyOf("push-branch"));
    const idOf = (reading: typeof push) =>
      reading.kind === "event" ? reading.events[0]?.repo.id : undefined;
    expect(idOf(item)).toBe(idOf(push));
  });

  it("names its project by name where no id is told", () => {
    expect(read({ ...bodyOf("work-item-labeled"), resourceContainers: null })).toMatchObject({
      events: [{ repo: { id: "coast guard/coast guard" } }],
    });
  });

  it("says who changed it by the field where nobody is told beside it", () => {
    expect(read(changed("work-item-labeled", { revisedBy: null }))).toMatchObject({
      events: [{ actor: { id: "", login: "mira@harbour.example" } }],
    });
  });

  it("takes the number of an update for no work item", () => {
    expect(read(changed("work-item-labeled", { workItemId: undefined }))).toMatchObject({
      kind: "unreadable",
      reason: expect.stringContaining("resource.workItemId") as unknown,
    });
  });
});

describe("reading a comment on a pull request", () => {
  const comment = (change: Data) => read(changed("pull-request-commented", change, "comment"));

  it.each([
    ["2026-10-06T09:20:00.1200000Z", "event"],
    ["2026-10-06T09:20:01.0000000Z", "event"],
    ["2026-10-06T09:20:02.0000000Z", "ignored"],
    [null, "event"],
    ["no date", "event"],
  ])("whose text was last changed at %j is %s", (lastContentUpdatedDate, kind) => {
    expect(comment({ lastContentUpdatedDate }).kind).toBe(kind);
  });

  it.each([
    ["text", "event"],
    [null, "event"],
    [1, "event"],
    ["system", "ignored"],
    ["codeChange", "ignored"],
  ])("of type %j is %s", (commentType, kind) => {
    expect(comment({ commentType }).kind).toBe(kind);
  });

  it("tells comments of the same number in two discussions apart", () => {
    const href = (thread: number) => ({ _links: { threads: { href: `https://x/threads/${thread}` } } });
    expect(comment(href(1))).toMatchObject({ events: [{ comment: { id: "8/1/1" } }] });
    expect(comment(href(2))).toMatchObject({ events: [{ comment: { id: "8/2/1" } }] });
  });
});

describe("reading a pull request", () => {
  it("never tells a head, which may lag behind the push that is told of", () => {
    expect(read(bodyOf("pull-request-updated"))).not.toHaveProperty("events.0.pullRequest.headSha");
  });

  it("lets nobody stand for who pushed to a fork", () => {
    expect(read(bodyOf("pull-request-from-fork-updated"))).toMatchObject({
      events: [{ actor: { id: "", login: "" } }],
    });
  });
});
