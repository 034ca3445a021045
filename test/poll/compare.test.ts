import { describe, expect, it } from "@jest/globals";

import type { Issue, PullRequest } from "../../src/core/event.ts";
import { NOBODY } from "../../src/core/event.ts";
import type { ListedIssue, ListedPullRequest } from "../../src/core/listings.ts";
import { compareBranches } from "../../src/poll/compare-branches.ts";
import { compareIssues } from "../../src/poll/compare-issues.ts";
import { comparePulls } from "../../src/poll/compare-pulls.ts";
import type { Compared } from "../../src/poll/found.ts";
import { alice, issue, OTHER_SHA, pullRequest, repo, SHA } from "../support/samples.ts";

const START = Date.UTC(2026, 0, 10);
const LATER = new Date(START + 60_000);
const EARLIER = new Date(START - 86_400_000);
const LABEL = "coding agent";
const around = { repo, labels: [LABEL], now: START };

const listed = (change: Partial<Issue> = {}, rest: Partial<ListedIssue> = {}): ListedIssue => ({
  issue: issue({ labels: [], ...change }),
  author: alice,
  createdAt: LATER,
  version: "1",
  ...rest,
});
const proposed = (
  change: Partial<PullRequest> = {},
  rest: Partial<ListedPullRequest> = {},
): ListedPullRequest => ({
  pullRequest: pullRequest(change),
  author: alice,
  createdAt: LATER,
  version: "1",
  ...rest,
});

/** What was found, in short: action, number or ref, and who did it. */
const said = ({ found }: Compared<unknown>) =>
  found.flatMap(({ events }) =>
    events.map((event) => {
      const thing =
        event.kind === "issue"
          ? event.issue.number
          : event.kind === "pull_request"
            ? event.pullRequest.number
            : "ref" in event && event.ref;
      return `${event.action} ${thing} by ${event.actor.login || "nobody"}`;
    }),
  );

describe("open issues", () => {
  const look = (
    items: readonly ListedIssue[],
    before?: ReturnType<typeof compareIssues>["memory"],
    whole = true,
  ) => compareIssues(before, { items, whole }, around);

  it("at the first look are not new, but a trigger label on one counts", () => {
    const first = look([listed(), listed({ number: 8, labels: ["Coding Agent", "bug"] })]);
    expect(said(first)).toEqual(["label_updated 8 by nobody"]);
    expect(first.found[0]?.events[0]).toMatchObject({
      actor: NOBODY,
      issue: { labels: ["Coding Agent", "bug"] },
    });
  });

  const known = listed({ number: 3 }, { createdAt: EARLIER });
  const labelled = listed({ number: 4, labels: [LABEL] }, { createdAt: EARLIER });
  const memory = look([known, labelled]).memory;

  it.each<[string, readonly ListedIssue[], readonly string[]]>([
    ["nothing changed", [known, labelled], []],
    ["one is new", [known, labelled, listed({ number: 5 })], ["opened 5 by alice"]],
    [
      "two are new, newest first",
      [listed({ number: 6 }), listed({ number: 5 })],
      ["opened 5 by alice", "opened 6 by alice"],
    ],
    ["a new one has the label", [listed({ number: 5, labels: [LABEL] })], ["opened 5 by alice"]],
    ["one without the label changed", [{ ...known, version: "2" }], []],
    [
      "one got the label",
      [listed({ number: 3, labels: [LABEL] }, { version: "2" })],
      ["label_updated 3 by nobody"],
    ],
    ["one with the label changed", [{ ...labelled, version: "2" }], ["label_updated 4 by nobody"]],
    ["one lost the label", [listed({ number: 4 }, { version: "2" })], ["label_updated 4 by nobody"]],
    ["one with the label was closed", [known], []],
    ["an old one was opened again", [listed({ number: 2 }, { createdAt: EARLIER })], []],
    ["the newest of old, closed ones was opened again", [listed({ number: 9 }, { createdAt: EARLIER })], []],
    [
      "an old one with the label was opened again",
      [listed({ number: 2, labels: [LABEL] })],
      ["label_updated 2 by nobody"],
    ],
  ])("when %s", (_, items, events) => {
    const compared = look(items, memory);
    expect(said(compared)).toEqual(events);
    expect(said(look(items, compared.memory))).toEqual([]);
  });

  it("that a list leaves out have not changed, where it is not the whole", () => {
    const { memory: next } = look([listed({ number: 5 })], memory, false);
    expect(next.labelled).toEqual({ 4: "1" });
    expect(said(look([labelled], next, false))).toEqual([]);
    expect(said(look([listed({ number: 4 }, { version: "2" })], next, false))).toEqual([
      "label_updated 4 by nobody",
    ]);
  });

  it("tell that only some people may see them", () => {
    const { found } = look([listed({ labels: [LABEL] }, { confidential: true })]);
    expect(found[0]?.events).toMatchObject([{ confidential: true }]);
  });

  it("are remembered up to a limit, those with the highest numbers", () => {
    const many = Array.from({ length: 1_005 }, (_, index) => listed({ number: index + 1, labels: [LABEL] }));
    const { labelled: kept } = look(many).memory;
    expect(Object.keys(kept)).toHaveLength(1_000);
    expect(kept).not.toHaveProperty("5");
    expect(kept).toHaveProperty("6");
  });
});

describe("open pull requests", () => {
  const look = (
    items: readonly ListedPullRequest[],
    before?: ReturnType<typeof comparePulls>["memory"],
    whole = true,
  ) => comparePulls(before, { items, whole }, around);

  const plain = proposed({ number: 3 });
  const draft = proposed({ number: 4, draft: true });
  const labelled = proposed({ number: 5, labels: [LABEL] });
  const first = look([plain, draft, labelled]);

  it("at the first look are not new, but a trigger label on one counts", () => {
    expect(said(first)).toEqual(["label_updated 5 by nobody"]);
  });

  const rest = [plain, draft, labelled];
  const instead = (one: ListedPullRequest) =>
    rest.map((other) => (other.pullRequest.number === one.pullRequest.number ? one : other));
  it.each<[string, readonly ListedPullRequest[], readonly string[]]>([
    ["nothing changed", rest, []],
    ["one is new", [...rest, proposed({ number: 6 })], ["opened 6 by alice"]],
    ["an old one was opened again", [...rest, proposed({ number: 2 })], ["reopened 2 by alice"]],
    [
      "the newest, closed then, was opened again",
      [...rest, proposed({ number: 9 }, { createdAt: EARLIER })],
      ["reopened 9 by alice"],
    ],
    [
      "one has a new head",
      instead(proposed({ number: 3, headSha: OTHER_SHA }, { version: "2" })),
      ["updated 3 by nobody"],
    ],
    [
      "one has a new head of the same version",
      instead(proposed({ number: 3, headSha: OTHER_SHA })),
      ["updated 3 by nobody"],
    ],
    [
      "one has no head in the list",
      instead(proposed({ number: 3, headSha: undefined }, { version: "2" })),
      [],
    ],
    ["a draft is ready", instead(proposed({ number: 4 }, { version: "2" })), ["ready 4 by alice"]],
    ["one became a draft", instead(proposed({ number: 3, draft: true }, { version: "2" })), []],
    [
      "a draft is ready on a new head",
      instead(proposed({ number: 4, headSha: OTHER_SHA }, { version: "2" })),
      ["updated 4 by nobody", "ready 4 by alice"],
    ],
    [
      "one got the label",
      instead(proposed({ number: 3, labels: [LABEL] }, { version: "2" })),
      ["label_updated 3 by nobody"],
    ],
    ["one with the label changed", instead({ ...labelled, version: "2" }), ["label_updated 5 by nobody"]],
    [
      "one with the label has a new head, which tells of both",
      instead(proposed({ number: 5, labels: [LABEL], headSha: OTHER_SHA }, { version: "2" })),
      ["updated 5 by nobody"],
    ],
    ["one lost the label", instead(proposed({ number: 5 }, { version: "2" })), ["label_updated 5 by nobody"]],
    ["one was closed", [draft, labelled], []],
  ])("when %s", (_, items, events) => {
    const compared = look(items, first.memory);
    expect(said(compared)).toEqual(events);
    expect(said(look(items, compared.memory))).toEqual([]);
  });

  it("tell the heads before and after", () => {
    const { found } = look([proposed({ number: 3, headSha: OTHER_SHA })], first.memory);
    expect(found[0]?.events).toMatchObject([
      { before: SHA, after: OTHER_SHA, pullRequest: { headSha: OTHER_SHA } },
    ]);
  });

  it("whose heads are known for the first time have no new ones", () => {
    const { memory } = look([proposed({ headSha: undefined })]);
    expect(said(look([proposed({ headSha: SHA })], memory))).toEqual([]);
  });

  it("that were closed and opened again on another head are opened again", () => {
    const { memory } = look([], first.memory);
    expect(said(look([proposed({ number: 3, headSha: OTHER_SHA })], memory))).toEqual([
      "reopened 3 by alice",
    ]);
  });

  it("that a list leaves out have not changed, where it is not the whole", () => {
    const { memory } = look([proposed({ number: 6 })], first.memory, false);
    expect(Object.keys(memory.open)).toEqual(["3", "4", "5", "6"]);
    expect(said(look([plain], memory, false))).toEqual([]);
  });

  it("are remembered up to a limit, and those below it are never taken for new", () => {
    const many = Array.from({ length: 1_005 }, (_, index) => proposed({ number: index + 1 }));
    const { memory } = look(many);
    expect(Object.keys(memory.open)).toHaveLength(1_000);
    expect(said(look(many, memory))).toEqual([]);
    expect(said(look(many.slice(0, 900), memory))).toEqual([]);
  });
});

describe("branches", () => {
  const look = (
    heads: Readonly<Record<string, string>>,
    before?: ReturnType<typeof compareBranches>["memory"],
  ) =>
    compareBranches(
      before,
      Object.entries(heads).map(([name, sha]) => ({ name, sha })),
      repo,
    );
  const first = look({ main: SHA, old: SHA });

  it("at the first look are not new", () => {
    expect(said(first)).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string>>, readonly object[]]>([
    ["nothing changed", { main: SHA, old: SHA }, []],
    [
      "one moved",
      { main: OTHER_SHA, old: SHA },
      [{ action: "updated", ref: "refs/heads/main", before: SHA, after: OTHER_SHA }],
    ],
    [
      "one is new",
      { main: SHA, old: SHA, "a/b": SHA },
      [{ action: "created", ref: "refs/heads/a/b", after: SHA }],
    ],
    ["one is gone", { main: SHA }, [{ action: "deleted", ref: "refs/heads/old", before: SHA }]],
  ])("when %s", (_, heads, events) => {
    const compared = look(heads, first.memory);
    expect(compared.found.flatMap((one) => one.events)).toEqual(
      events.map((event) => ({ kind: "push", repo, actor: NOBODY, ...event })),
    );
    expect(said(look(heads, compared.memory))).toEqual([]);
  });

  it("are remembered up to a limit: those that were known are looked after, others are not taken for new", () => {
    const many = Object.fromEntries(Array.from({ length: 2_010 }, (_, index) => [`b${index}`, SHA]));
    const { memory } = look({ last: SHA, ...many });
    expect(memory.full).toBe(true);
    expect(Object.keys(memory.heads)).toHaveLength(2_000);
    expect(said(look({ ...many, b2009: OTHER_SHA, b5: OTHER_SHA, last: OTHER_SHA }, memory))).toEqual([
      "updated refs/heads/b5 by nobody",
      "updated refs/heads/last by nobody",
    ]);
    const fewer = look(Object.fromEntries(Object.entries(many).slice(100)), memory);
    expect(said(fewer).every((one) => one.startsWith("deleted"))).toBe(true);
    expect(said(look({ ...fewer.memory.heads, fresh: SHA }, fewer.memory))).toEqual([
      "created refs/heads/fresh by nobody",
    ]);
  });
});
