import { existsSync, readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";

import type { ForgeEvent } from "../../../src/core/event.ts";
import { bitbucketDataCenter } from "../../../src/forges/bitbucket-data-center/index.ts";
import { lowerCase } from "../../support/fixtures.ts";

const FOLDER = new URL("../../../../shared/payloads/bitbucket-data-center/", import.meta.url);

/** What each real delivery must be read as: its events, or `ignored`, or `unreadable` and what is missing first. */
const EXPECTED: Readonly<Record<string, string>> = {
  "ignored-repo-forked": "ignored",
  ping: "ignored, a ping",
  "pr-comment-added": "comment created by gopher (3231) in ~gopher/webhook-test (4) on #2 at 50a8ee1",
  "pr-comment-deleted": "ignored",
  "pr-comment-edited": "ignored",
  "pr-declined": "pull_request closed by gopher (3231) in ~gopher/webhook-test (4) on #2 at 50a8ee1",
  "pr-deleted": "pull_request closed by gopher (3231) in ~gopher/webhook-test (4) on #2 at 50a8ee1",
  "pr-from_ref_updated": "pull_request updated by admin (1) in PROJ/repository (84) on #1 at ef8755f",
  "pr-merged": "pull_request merged by gopher (3231) in ~gopher/webhook-test (4) on #5 at 32a0b8a",
  "pr-modified": "pull_request edited by gopher (3231) in ~gopher/webhook-test (4) on #3 at 591f702",
  "pr-opened": "pull_request opened by gopher (3231) in ~gopher/webhook-test (4) on #5 at 32a0b8a",
  "pr-reviewer-approved": "ignored",
  "repo-comment-added": "ignored",
  "repo-refs_changed": "push deleted by gopher (3231) in ~gopher/webhook-test (4) refs/heads/feature/wip",
  // Its source cut the id of the actor off, which no server leaves out.
  "repo-refs_changed-tag": "unreadable: actor.id",
};

function readFrom(name: string): string {
  const file = (ending: string) => readFileSync(new URL(`${name}${ending}`, FOLDER));
  const headers = lowerCase(JSON.parse(file(".headers.json").toString()) as Record<string, string>);
  const request = { headers, body: file(".json") };
  const { event } = bitbucketDataCenter.identify(request);
  const reading = bitbucketDataCenter.normalise({ ...request, event });
  if (reading.kind === "event") return reading.events.map(inWords).join("; ");
  const ping = bitbucketDataCenter.isPing?.(request) ? ", a ping" : "";
  if (reading.kind === "ignored") return `ignored${ping}`;
  return `unreadable: ${/: ([\w.]+):/.exec(reading.reason)?.[1] ?? reading.reason}`;
}

function inWords(event: ForgeEvent): string {
  const { kind, action, actor, repo } = event;
  const who = `${kind} ${action} by ${actor.login} (${actor.id}) in ${repo.fullName} (${repo.id})`;
  if ("ref" in event) return `${who} ${event.ref}`;
  if (!("pullRequest" in event) || event.pullRequest === undefined) return who;
  const { number, headSha = "", fork } = event.pullRequest;
  return `${who} on #${number} at ${headSha.slice(0, 7)}${fork ? " from fork" : ""}`;
}

const there = existsSync(FOLDER);
const names = there
  ? readdirSync(FOLDER)
      .filter((file) => !file.endsWith(".headers.json"))
      .map((file) => file.replace(/\.json$/, ""))
  : [];

(there ? describe : describe.skip)(
  "real deliveries of Bitbucket Data Center (skipped where ../shared/payloads is absent)",
  () => {
    it.each(names.length > 0 ? names : ["none"])("reads %s right", (name) => {
      expect(readFrom(name)).toBe(EXPECTED[name]);
    });

    it("has every delivery of the table", () => {
      expect(names).toEqual(expect.arrayContaining(Object.keys(EXPECTED)));
    });
  },
);
