import { existsSync, readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";

import type { ForgeEvent } from "../../../src/core/event.ts";
import { bitbucketCloud } from "../../../src/forges/bitbucket-cloud/index.ts";
import { lowerCase } from "../../support/fixtures.ts";

const FOLDER = new URL("../../../../shared/payloads/bitbucket-cloud/", import.meta.url);

/** What each real delivery must be read as: its events with actor and head, or `ignored`, or `unreadable`. */
const EXPECTED: Readonly<Record<string, string>> = {
  "ignored-repo-commit_status_created": "ignored",
  "ignored-repo-fork": "ignored",
  "issue-comment_created": "comment created on issue #1 by Izak",
  "issue-created": "issue opened #1 by Izak",
  "issue-updated": "issue edited #1 by Izak",
  "pullrequest-approved": "ignored",
  "pullrequest-comment_created": "comment created on pull request #1 by Izak",
  "pullrequest-comment_updated-docs-sample": "ignored",
  "pullrequest-created": "pull_request opened #1 by Izak",
  "pullrequest-fulfilled-docs-sample": "pull_request merged #1 by emmap1",
  "pullrequest-rejected-docs-sample": "pull_request closed #1 by emmap1",
  "pullrequest-updated-docs-sample": "pull_request updated #1 by emmap1",
  "repo-commit_comment_created": "ignored",
  "repo-push": "push updated refs/heads/test c465eec831 47f058cef3 by Izak",
  "repo-push-legacy-users": "push updated refs/heads/main b05057cd04 8339b7affb by Henrik Nielsen",
};

function readFrom(name: string): string {
  const file = (ending: string) => readFileSync(new URL(`${name}${ending}`, FOLDER));
  const headers = lowerCase(JSON.parse(file(".headers.json").toString()) as Record<string, string>);
  const body = file(".json");
  expect(bitbucketCloud.recognises({ headers, body })).toBe(true);
  const { event } = bitbucketCloud.identify({ headers, body });
  const reading = bitbucketCloud.normalise({ event, headers, body });
  return reading.kind === "event" ? reading.events.map(inWords).join("; ") : reading.kind;
}

function inWords(event: ForgeEvent): string {
  return `${event.kind} ${event.action} ${subjectOf(event)} by ${event.actor.login}`;
}

function subjectOf(event: ForgeEvent): string {
  switch (event.kind) {
    case "push":
    case "tag":
      return `${event.ref} ${(event.before ?? "").slice(0, 10)} ${(event.after ?? "").slice(0, 10)}`;
    case "comment": {
      const { issue, pullRequest } = event;
      return pullRequest ? `on pull request #${pullRequest.number}` : `on issue #${issue?.number ?? ""}`;
    }
    case "issue":
      return `#${event.issue.number}`;
    case "pull_request":
      return `#${event.pullRequest.number}${event.pullRequest.fork ? " from fork" : ""}`;
  }
}

const there = existsSync(FOLDER);
const names = there
  ? readdirSync(FOLDER)
      .filter((file) => !file.endsWith(".headers.json"))
      .map((file) => file.replace(/\.json$/, ""))
  : [];

(there ? describe : describe.skip)(
  "real deliveries of Bitbucket Cloud (skipped where ../shared/payloads is absent)",
  () => {
    it.each(names.length > 0 ? names : ["none"])("reads %s right", (name) => {
      expect(readFrom(name)).toBe(EXPECTED[name]);
    });

    it("has every delivery of the table", () => {
      expect(names.sort()).toEqual(Object.keys(EXPECTED).sort());
    });
  },
);
