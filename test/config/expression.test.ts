import { describe, expect, it } from "@jest/globals";

import { compileCondition } from "../../src/config/automation/expression.ts";
import type { ForgeEvent } from "../../src/core/event.ts";
import { commentEvent, issue, issueEvent, pullRequestEvent, pushEvent } from "../support/samples.ts";

function asked(text: string, event: ForgeEvent = issueEvent()): boolean | { unclear: string } {
  const compiled = compileCondition(text);
  if ("problem" in compiled) throw new Error(compiled.problem);
  return compiled.holds({ event, forge: "acme" });
}

function problem(text: string): string {
  const compiled = compileCondition(text);
  return "problem" in compiled ? compiled.problem : "none";
}

describe("an expression", () => {
  it.each<[string, ForgeEvent | undefined, boolean]>([
    ['event.issue.title.startsWith("Fix")', undefined, true],
    ["event.issue.number == 7 && event.issue.number < 8", undefined, true],
    ['"coding agent" in event.issue.labels', undefined, true],
    ['labels.exists(one, one.contains("agent"))', undefined, true],
    ['labels.filter(one, one.startsWith("x")).size() > 0', undefined, false],
    ["has(event.issue) && !has(event.pullRequest)", undefined, true],
    ['forge == "acme" && repo.fullName == "octo/hello" && actor.login == "alice"', undefined, true],
    ['title.fits("fix*") && author == "alice"', undefined, true],
    ['title.lowerAscii() == "fix it"', undefined, true],
    ['branch == "main" && !draft && !fork', pullRequestEvent(), true],
    ['branch == "main" && title == "" && size(labels) == 0', pushEvent(), true],
    ['event.kind == "comment" && event.comment.body.contains("please")', commentEvent("please"), true],
    ["has(event.issue.author) ? event.issue.author.bot : false", undefined, false],
    ['event.pullRequest.source.repo == "octo/hello"', pullRequestEvent(), true],
  ])("%s", (text, event, holds) => {
    expect(asked(text, event)).toBe(holds);
  });

  it.each<[string, RegExp]>([
    ["title ==", /Unexpected token.*character/],
    ["event.isue.title == 'x'", /No such key: isue.*character 7/],
    ["title == 5", /string == int/],
    ["title", /true or false.*string/],
    ["nothing == 1", /nothing/],
    ['title.matches("(a+)+$")', /regular expressions.*fits/],
    ["labels.all(a, labels.all(b, a == b))", /within another/],
    ['title.split("").size() > 1', /no function `split`/],
    ["cel.bind(x, title + title, x == title)", /no function `bind`/],
    ['timestamp("2024-01-01T00:00:00Z") == timestamp("2024-01-01T00:00:00Z")', /no function `timestamp`/],
    [`title == "${"x".repeat(2_000)}"`, /at most 2000/],
    [Array.from({ length: 200 }, () => "draft").join(" || "), /no expression/],
    [`${"(".repeat(100)}draft${")".repeat(100)}`, /no expression/],
    ["true &&\n  titel == 'x'", /line 2, at character 3/],
  ])("that is wrong is refused with where and why: %s", (text, said) => {
    expect(problem(text)).toMatch(said);
  });

  it("that asks for what an event has not says so, and does not throw", () => {
    expect(asked('event.pullRequest.title == "x"')).toEqual({ unclear: "No such key: pullRequest." });
    expect(asked('event.issue.labels[5] == "x"')).toMatchObject({ unclear: expect.stringMatching(/./) });
  });

  it("does not see what JavaScript knows of an object", () => {
    expect(problem("event.constructor == event.__proto__")).toMatch(/No such key: constructor/);
    expect(problem('event["constructor"] == "x"')).not.toBe("none");
    expect(asked('"toString" in event.issue.labels')).toBe(false);
  });

  it("is answered on an event made to take long", () => {
    const text = "a".repeat(1_000_000);
    const hostile = issueEvent({
      issue: issue({ title: text, body: text, labels: Array.from({ length: 5_000 }, () => "a".repeat(200)) }),
    });
    const glob = "*a".repeat(10);
    expect(asked(`labels.all(one, event.issue.body.contains(one + "b") == false)`, hostile)).toBe(true);
    expect(asked(`title.fits("${glob}b")`, hostile)).toBe(false);
    expect(asked(`labels.exists(one, title.fits("${glob}b"))`, hostile)).toMatchObject({
      unclear: expect.stringContaining("too long"),
    });
  });
});
