import { existsSync, readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";

import { github } from "../../../src/forges/github/index.ts";
import { lowerCase } from "../../support/fixtures.ts";

const FOLDER = new URL("../../../../shared/payloads/github/", import.meta.url);

/** What each real delivery must be read as: kind and action of its event, or `ignored`, or `unreadable`. */
const EXPECTED: Readonly<Record<string, string>> = {
  "create-tag": "tag created",
  "delete-tag": "tag deleted",
  "issue_comment-created": "comment created on issue",
  "issue_comment-created-installation": "comment created on issue",
  "issue_comment-created-on-pull-request": "comment created on pull request",
  "issue_comment-deleted": "ignored",
  "issue_comment-edited": "ignored",
  "issues-deleted": "ignored",
  "issues-edited": "issue edited",
  "issues-labeled": "issue labeled",
  "issues-opened": "issue opened",
  "issues-opened-empty-body": "issue opened",
  "issues-reopened": "issue reopened",
  "issues-transferred": "ignored",
  "issues-unlabeled": "issue unlabeled",
  "pull_request-closed-unmerged": "pull_request closed",
  "pull_request-converted_to_draft": "pull_request draft",
  "pull_request-labeled": "pull_request labeled",
  "pull_request-opened": "pull_request opened",
  "pull_request-opened-captured": "pull_request opened",
  // Cut down by its source: it has neither a repository nor the number of its pull request.
  "pull_request-opened-draft": "unreadable",
  "pull_request-opened-from-fork": "pull_request opened from fork",
  "pull_request-opened-null-body": "pull_request opened",
  "pull_request-ready_for_review": "pull_request ready",
  "pull_request-reopened": "pull_request reopened",
  "pull_request-reopened-from-fork": "pull_request reopened from fork",
  "pull_request-synchronize": "pull_request updated",
  "pull_request-unlabeled": "pull_request unlabeled",
  "push-branch": "push updated",
  "push-branch-app": "push updated",
  "push-branch-captured": "push updated",
  "push-deleted-branch": "push deleted",
  "push-deleted-tag": "tag deleted",
  "push-new-branch": "push created",
  "push-new-branch-captured": "push created",
  "push-new-tag-ghes": "tag created",
  "push-no-username-committer": "push created",
  "repository-renamed": "ignored",
};

const ALWAYS_IGNORED = /^(ignored|installation|installation_repositories|ping)-/;

function readFrom(name: string): string {
  const headers = lowerCase(
    JSON.parse(readFileSync(new URL(`${name}.headers.json`, FOLDER), "utf8")) as Record<string, string>,
  );
  const body = readFileSync(new URL(`${name}.json`, FOLDER));
  const reading = github.normalise({ event: github.identify({ headers, body }).event, headers, body });
  if (reading.kind !== "event") return reading.kind;
  const [event] = reading.events;
  if (event === undefined) return "nothing";
  const fork = event.kind === "pull_request" && event.pullRequest.fork ? " from fork" : "";
  const on = event.kind === "comment" ? (event.pullRequest ? " on pull request" : " on issue") : "";
  return `${event.kind} ${event.action}${fork}${on}`;
}

const there = existsSync(FOLDER);
const names = there
  ? readdirSync(FOLDER)
      .filter((file) => !file.endsWith(".headers.json"))
      .map((file) => file.replace(/\.json$/, ""))
  : [];

(there ? describe : describe.skip)(
  "real deliveries of GitHub (skipped where ../shared/payloads is absent)",
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
