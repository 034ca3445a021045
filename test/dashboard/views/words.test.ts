import { describe, expect, it } from "@jest/globals";

import { html } from "../../../src/dashboard/views/html.ts";
import { duration, forgeLink, subject } from "../../../src/dashboard/views/words.ts";
import { commentEvent, issue, pullRequest, pushEvent, run } from "../../support/samples.ts";

describe("a link to a forge", () => {
  const link = (url: string | undefined, origin: string | undefined = "https://git.acme.io") =>
    html`${forgeLink("#7", url, origin)}`.toString();

  it("leads to a page of the forge's own origin", () => {
    expect(link("https://git.acme.io/o/r/7")).toBe(
      '<a href="https://git.acme.io/o/r/7" rel="noreferrer">#7</a>',
    );
  });

  it.each([
    "https://git.acme.io.evil.com/",
    "https://git.acme.io:8443/",
    "http://git.acme.io/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/relative",
    "https://git.acme.io@evil.com/",
    undefined,
  ])("%s becomes plain text", (url) => {
    expect(link(url)).toBe("#7");
  });

  it("is plain text where the forge is not configured any more", () => {
    expect(html`${forgeLink("#7", "https://git.acme.io/", undefined)}`.toString()).toBe("#7");
  });
});

describe("words", () => {
  const startedAt = new Date(0);
  it.each([
    [4_400, "4 s"],
    [125_000, "2 min 5 s"],
    [3_780_000, "1 h 3 min"],
    [-5_000, "0 s"],
  ])("%d milliseconds are told as %s", (finished, told) => {
    expect(duration(run({ startedAt, finishedAt: new Date(finished) }), new Date())).toBe(told);
  });

  it("a run that has not started took no time, one that runs took until now", () => {
    expect(duration(run(), new Date())).toBe("");
    expect(duration(run({ startedAt }), new Date(9_000))).toBe("9 s");
  });

  it("every kind of event has a subject", () => {
    expect(subject(pushEvent()).text).toBe("main");
    expect(subject(commentEvent("hi"))).toMatchObject({ text: "issue #7", title: issue().title });
    const onPullRequest = commentEvent("hi", { issue: undefined, pullRequest: pullRequest() });
    expect(subject(onPullRequest).text).toBe("pull request #8");
  });
});
