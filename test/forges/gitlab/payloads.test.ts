import { existsSync, readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";

import type { ForgeEvent } from "../../../src/core/event.ts";
import { gitlab } from "../../../src/forges/gitlab/index.ts";
import { lowerCase } from "../../support/fixtures.ts";

const FOLDER = new URL("../../../../shared/payloads/gitlab/", import.meta.url);

/** What each real delivery must be read as: its events, or `ignored`, or `unreadable` and what is missing first. */
const EXPECTED: Readonly<Record<string, string>> = {
  "issue-close": "issue closed",
  "issue-open": "issue opened",
  "issue-open-confidential": "issue opened, confidential",
  "issue-open-labels-changed": "issue opened; issue labeled API",
  "issue-reopen": "issue reopened",
  "merge_request-approved": "ignored",
  "merge_request-close": "pull_request closed from fork",
  "merge_request-merge": "pull_request merged from fork",
  // The two were cut down by their sources.
  "merge_request-merge-group-hook": "unreadable: id of the project",
  "merge_request-open": "pull_request opened; pull_request labeled API",
  "merge_request-open-from-fork": "pull_request opened from fork",
  "merge_request-reopen": "pull_request reopened from fork",
  "merge_request-update-label-added": "pull_request labeled blue",
  "merge_request-update-labels-title":
    "pull_request edited from fork; pull_request labeled label-1 from fork",
  "merge_request-update-new-commits": "unreadable: project",
  "note-commit": "ignored",
  "note-issue": "comment created on issue",
  "note-issue-confidential": "comment created on issue, confidential",
  "note-merge_request": "comment created on pull request",
  "note-merge_request-edited": "ignored",
  push: "push updated",
  "push-no-commits": "push updated",
  "push-two-commits": "push updated",
  "system-merge_request": "ignored",
  "system-push": "push updated",
  "system-tag_push": "tag created",
  tag_push: "tag created",
};

const ALWAYS_IGNORED = /^(?:ignored-|system-(?:key|project|repository|user)_)/;

function readFrom(name: string): string {
  const file = (ending: string) => readFileSync(new URL(`${name}${ending}`, FOLDER));
  const headers = lowerCase(JSON.parse(file(".headers.json").toString()) as Record<string, string>);
  const body = file(".json");
  const reading = gitlab.normalise({ event: gitlab.identify({ headers, body }).event, headers, body });
  if (reading.kind === "event") return reading.events.map(inWords).join("; ");
  if (reading.kind === "ignored") return reading.kind;
  return `unreadable: ${/(?:no |: )([\w. ]+?)(?:$|:)/.exec(reading.reason)?.[1] ?? reading.reason}`;
}

function inWords(event: ForgeEvent): string {
  const label = "label" in event ? ` ${event.label ?? ""}` : "";
  const fork = event.kind === "pull_request" && event.pullRequest.fork ? " from fork" : "";
  const on = event.kind === "comment" ? (event.pullRequest ? " on pull request" : " on issue") : "";
  return `${event.kind} ${event.action}${label}${fork}${on}${event.confidential ? ", confidential" : ""}`;
}

const there = existsSync(FOLDER);
const names = there
  ? readdirSync(FOLDER)
      .filter((file) => !file.endsWith(".headers.json"))
      .map((file) => file.replace(/\.json$/, ""))
  : [];

(there ? describe : describe.skip)(
  "real deliveries of GitLab (skipped where ../shared/payloads is absent)",
  () => {
    it.each(names.length > 0 ? names : ["none"])("reads %s right", (name) => {
      const expected = ALWAYS_IGNORED.test(name) ? "ignored" : EXPECTED[name];
      expect(readFrom(name)).toBe(expected);
    });

    it("has every delivery of the table", () => {
      expect(names).toEqual(expect.arrayContaining(Object.keys(EXPECTED)));
    });
  },
);
