import { describe, expect, it } from "@jest/globals";

import type { RunState } from "../../src/core/run.ts";
import { COMMENT_MARKER } from "../../src/core/text.ts";
import { labelsOf } from "../../src/report/labels.ts";
import type { Talk } from "../../src/report/wording.ts";
import { commentOf, statusOf } from "../../src/report/wording.ts";
import {
  alice,
  checkEvent,
  commentEvent,
  ISSUE,
  OTHER_SHA,
  PULL_REQUEST,
  reviewEvent,
  run,
  SHA,
} from "../support/samples.ts";

const url = () => "https://bot.example.com/runs/1?sig=x";
const none = () => undefined;
const silent: Talk = { refusals: [], waits: [], outlooks: new Map() };

describe("statusOf", () => {
  it.each<[RunState, string]>([
    ["queued", "pending"],
    ["running", "pending"],
    ["paused", "pending"],
    ["succeeded", "success"],
    ["failed", "failure"],
    ["errored", "error"],
    ["cancelled", "cancelled"],
  ])("a run that is %s shows %s", (state, shown) => {
    expect(statusOf(run({ state }), url)).toMatchObject({ state: shown, url: url() });
  });

  it("reads the same while a run waits and while it works, so that starting posts nothing new", () => {
    expect(statusOf(run({ state: "queued" }), none)).toEqual(statusOf(run({ state: "running" }), none));
  });

  it("says that a run is paused, and why", () => {
    expect(statusOf(run({ state: "paused", reason: "alice wants that." }), none)).toMatchObject({
      state: "pending",
      description: "Run 1 is paused: alice wants that.",
    });
  });

  it("says why", () => {
    expect(statusOf(run({ state: "failed", reason: "It ended with exit code 3." }), none).description).toBe(
      "Run 1 failed: It ended with exit code 3.",
    );
  });
});

describe("commentOf", () => {
  it("is known by its marker", () => {
    expect(commentOf([run()], silent, none).startsWith(COMMENT_MARKER)).toBe(true);
  });

  it("tells of the newest run of each automation, with the pull request", () => {
    const pullRequest = { number: 9, url: "https://forge.example/octo/hello/pull/9" };
    const one = run({ state: "succeeded", pullRequest });
    const other = run({ id: 2, automation: "test", state: "failed", reason: "It ended with exit code 1." });
    const body = commentOf([one, other], silent, url);
    expect(body).toContain(pullRequest.url);
    expect(body).toContain("**test**");
    expect(body).toContain("exit code 1");
  });

  it.each([
    ["group", "It waits, since runs of its group do not run beside one another, as number 3 in line."],
    ["repository", "It waits for a slot in this repository, as number 3 in line."],
    ["automation", "It waits for a slot of its automation, as number 3 in line."],
  ] as const)("tells what a run waits for, and its place: %s", (waitsFor, said) => {
    const outlooks = new Map([[1, { before: 2, usual: 120_000 }]]);
    const body = commentOf([run({ waitsFor })], { ...silent, outlooks }, none);
    expect(body).toContain(`${said} It usually takes about 2 minutes.`);
  });

  it("foretells nothing of a run that is paused", () => {
    const outlooks = new Map([[1, { before: 2, usual: 120_000 }]]);
    const body = commentOf([run({ state: "paused" })], { ...silent, outlooks }, none);
    expect(body).toContain("Run 1 is paused.");
    expect(body).not.toMatch(/before it|usually/);
  });

  it.each([
    [
      "a comment",
      commentEvent("@bot more", { comment: { id: "1", body: "", url: "https://forge.example/c/1" } }),
      "It answers a comment by `alice`: <https://forge.example/c/1>.",
    ],
    ["a review", reviewEvent("changes_requested"), "It answers a review by `alice`."],
    [
      "a check",
      checkEvent("a`b @alice", "failure"),
      `It answers the check \`a'b @alice\`, which failed on ${SHA}.`,
    ],
  ])("tells of %s that a run goes on for", (_, event, said) => {
    expect(commentOf([run({ id: 2, follows: 1, event })], silent, none)).toContain(said);
  });

  it.each(["javascript:alert(1)", "https://x.example/>) /merge", "nothing"])(
    "shows no address that a delivery made up: %s",
    (url) => {
      const event = commentEvent("more", { comment: { id: "1", body: "", url } });
      const body = commentOf([run({ follows: 1, event })], silent, none);
      expect(body).not.toMatch(/javascript:|\) \/merge|<nothing/);
    },
  );

  it("takes the effect of a mention, a quick action and hidden markup out of a reason", () => {
    const reason = "asked @alice\n/merge\n<!-- forgehand:comment -->";
    const body = commentOf([run({ state: "failed", reason })], silent, none).replace(COMMENT_MARKER, "");
    expect(body).not.toMatch(/@alice|^\/merge|<!--/m);
  });

  it("tells whom it refused and why", () => {
    const text = "Nothing was started. alice has read permission; write or more is needed.";
    const refusal = {
      forge: "github",
      repo: "42",
      repoName: "octo/hello",
      thread: ISSUE,
      actor: alice,
      text,
    };
    expect(commentOf([], { ...silent, refusals: [refusal] }, none)).toContain(text);
  });
});

describe("what the comment says of a run", () => {
  const outlooks = (before: number, usual?: number) => ({
    ...silent,
    outlooks: new Map([[1, { before, ...(usual === undefined ? {} : { usual }) }]]),
  });

  it.each<[string, RunState, number, number | undefined, string]>([
    ["nothing before it and nothing known", "queued", 0, undefined, "Run 1 is under way."],
    ["one run before it", "queued", 1, undefined, "Run 1 is under way. 1 run is before it."],
    [
      "runs before it, and how long one takes",
      "queued",
      3,
      240_000,
      "3 runs are before it. It usually takes about 4 minutes.",
    ],
    [
      "how long one takes while it works",
      "running",
      3,
      240_000,
      "is under way. It usually takes about 4 minutes.",
    ],
    ["a short one", "running", 0, 20_000, "It usually takes less than a minute."],
    ["a minute", "running", 0, 60_000, "It usually takes about a minute."],
    ["a long one", "running", 0, 7_200_000, "It usually takes about 2 hours."],
  ])("tells %s", (_, state, before, usual, text) => {
    expect(commentOf([run({ state })], outlooks(before, usual), none)).toContain(text);
  });

  it("reads the same while a run waits for nobody and while it works, so that starting edits nothing", () => {
    const [waits, works] = (["queued", "running"] as const).map((state) =>
      commentOf([run({ state })], outlooks(0, 60_000), none),
    );
    expect(waits).toBe(works);
  });

  it("tells the attempt, the result and what it cost", () => {
    const usage = { inputTokens: 12_345, outputTokens: 678, cachedTokens: 0, requests: 3, cost: 0.4249 };
    const body = commentOf(
      [run({ state: "succeeded", attempts: 2, result: "All done.\nBye.", usage })],
      silent,
      none,
    );
    expect(body).toContain("This is attempt 2.");
    expect(body).toContain("> All done.\n> Bye.");
    expect(body).toContain("Tokens: 12,345 in, 678 out, about $0.42.");
  });

  it("lets no result change how the rest reads: no open code, no tag, no mention, no command, no marker", () => {
    const result = "```sh\n/merge\n@alice @{557058:ab}\n<details><!-- forgehand:comment -->\r\n# Big";
    const lines = commentOf([run({ state: "succeeded", result })], silent, none)
      .split("\n")
      .slice(1);
    for (const line of lines.filter((one) => /merge|alice|details|Big|sh/.test(one)))
      expect(line).toMatch(/^> /);
    expect(lines.join("\n")).not.toMatch(/@alice|@\{|^> \/merge|<details|<!--/m);
  });

  it("lets no reason open a block of code", () => {
    const body = commentOf([run({ state: "failed", reason: "It said:\n```\noh" })], silent, none);
    expect(body).not.toMatch(/^```/m);
  });

  it("keeps to a length that every forge takes, and shows the newest", () => {
    const long = (id: number) =>
      run({ id, automation: `a${id}`, state: "succeeded", result: "x".repeat(9_000) });
    const body = commentOf(
      Array.from({ length: 20 }, (_, index) => long(index + 1)),
      silent,
      none,
    );
    expect(body.length).toBeLessThan(32_000);
    expect(body).toContain("**a20**");
    expect(body).toMatch(/\(\d+ more runs are left out here\.\)/);
    expect(body.startsWith(COMMENT_MARKER)).toBe(true);
  });
});

describe("what the comment says to people", () => {
  const place = { forge: "github", repo: "42", repoName: "octo/hello", thread: PULL_REQUEST };
  const wait = (automation: string, sha: string) => ({ ...place, automation, sha, delivery: "1" });

  it("names the exact words that let the newest head of a fork run, once for all that wait", () => {
    const waits = [wait("test", SHA), wait("test", OTHER_SHA), wait("lint", OTHER_SHA)];
    const body = commentOf([], { ...silent, waits }, none);
    expect(body).toContain("**test**, **lint** wait");
    expect(body).toContain(`\`/forgehand approve ${OTHER_SHA}\``);
    expect(body).not.toContain(SHA);
  });

  it("answers the last command, with lists below the name", () => {
    const answer = { ...place, actor: alice, text: "Nothing was run here yet." };
    expect(commentOf([], { ...silent, answer }, none)).toContain("💬 `alice`: Nothing was run");
    const help = { ...answer, text: "Well.\n\n- one" };
    expect(commentOf([], { ...silent, answer: help }, none)).toContain("💬 `alice`:\n\nWell.\n\n- one");
  });
});

describe("labelsOf", () => {
  const family = ["processing", "done", "failed", "paused", "stopped"].map((word) => `coding agent ${word}`);

  it("puts one label of the family on and takes the trigger label and the others off", () => {
    const change = labelsOf(run(), { trigger: "coding agent", answered: true, shown: undefined });
    expect(change).toEqual({ add: [family[0]], remove: ["coding agent", ...family.slice(1)] });
  });

  it("takes off only what it set before", () => {
    const done = run({ state: "succeeded" });
    const change = labelsOf(done, {
      trigger: "coding agent",
      answered: false,
      shown: "coding agent processing",
    });
    expect(change).toEqual({ add: ["coding agent done"], remove: ["coding agent processing"] });
  });

  it("leaves a trigger label alone that asks for the next run", () => {
    const change = labelsOf(run({ state: "failed" }), {
      trigger: "coding agent",
      answered: false,
      shown: undefined,
    });
    expect(change.remove).not.toContain("coding agent");
  });
});
