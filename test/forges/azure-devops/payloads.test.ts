import { existsSync, readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";

import type { ForgeEvent } from "../../../src/core/event.ts";
import { azureDevOps } from "../../../src/forges/azure-devops/index.ts";
import { lowerCase } from "../../support/fixtures.ts";

const FOLDER = new URL("../../../../shared/payloads/azure-devops/", import.meta.url);

/** What each delivery must be read as once it is no sample any more: its events, `ignored`, or what is wrong. */
const EXPECTED: Readonly<Record<string, string>> = {
  "git-pullrequest-comment-v1": "unreadable: choose version 2.0 in the service hook",
  // Its dates say that it was changed after it was published.
  "git-pullrequest-comment-v2": "ignored: the comment was changed, which starts nothing",
  "git.pullrequest.created":
    "pull_request opened in Fabrikam/Fabrikam by 54d125f7-69f7-4191-904f-c5b96b6261c8",
  "git.pullrequest.created-2":
    "pull_request opened in Fabrikam/Fabrikam by 54d125f7-69f7-4191-904f-c5b96b6261c8",
  "git.pullrequest.merged": "ignored: a merge was only tried",
  "git.pullrequest.updated":
    "pull_request merged in Fabrikam/Fabrikam by 54d125f7-69f7-4191-904f-c5b96b6261c8",
  "git.push": "push updated in Project/Project by 458616a4-6252-4cd9-accd-38538e7c9c33",
  "git.push-2": "push updated in Fabrikam-Fiber-Git/Fabrikam-Fiber-Git by 00067ffed5c7af52@live.com",
  "ignored-build.complete": 'ignored: the event "build.complete"',
  "ignored-ms.vss-release.release-created-event": 'ignored: the event "ms.vss-release.release-created-event"',
  "ignored-workitem.deleted": 'ignored: the event "workitem.deleted"',
  // Names that anybody may give oneself name nobody.
  "workitem.commented": "comment created in GoodCompanyCloud/GoodCompanyCloud by nobody",
  "workitem.created": "issue opened in GoodCompanyCloud/GoodCompanyCloud by nobody",
  // The manual's example has the number 0 where a real delivery has that of the work item.
  "workitem.updated": "unreadable: resource.workItemId",
};

/** The ids by which a sample is known. */
const SAMPLE_IDS = [
  "00000000-0000-0000-0000-000000000000",
  "c12d0eb8-e382-443b-9f9c-c52cba5014c2",
  "4bc14d40-c903-45e2-872e-0462c7748079",
];
const REAL_ID = "7d0f2b6a-1111-4e6b-8c2d-5a9e3f7b1c04";

function readingOf(name: string, change: (text: string) => string) {
  const file = (ending: string) => readFileSync(new URL(`${name}${ending}`, FOLDER), "utf8");
  const headers = lowerCase(JSON.parse(file(".headers.json")) as Record<string, string>);
  const body = Buffer.from(change(file(".json")));
  return azureDevOps.normalise({ event: azureDevOps.identify({ headers, body }).event, headers, body });
}

const asReal = (text: string) => SAMPLE_IDS.reduce((changed, id) => changed.replaceAll(id, REAL_ID), text);

function inWords(name: string): string {
  const reading = readingOf(name, asReal);
  return reading.kind === "event"
    ? reading.events.map(told).join("; ")
    : `${reading.kind}: ${reading.reason}`;
}

function told({ kind, action, repo, actor }: ForgeEvent): string {
  return `${kind} ${action} in ${repo.fullName} by ${actor.id || actor.login || "nobody"}`;
}

const there = existsSync(FOLDER);
const names = there
  ? readdirSync(FOLDER)
      .filter((file) => !file.endsWith(".headers.json"))
      .map((file) => file.replace(/\.json$/, ""))
  : [];

(there ? describe : describe.skip)(
  "known deliveries of Azure DevOps (skipped where ../shared/payloads is absent)",
  () => {
    it.each(names.length > 0 ? names : ["none"])("reads %s right, were it not a sample", (name) => {
      const [kind = "", what = ""] = (EXPECTED[name] ?? "not in the table").split(": ");
      expect(inWords(name)).toContain(kind);
      expect(inWords(name)).toContain(what);
    });

    it.each(names.length > 0 ? names : ["none"])("knows %s for the sample that it is", (name) => {
      expect(readingOf(name, (text) => text)).toEqual({
        kind: "ignored",
        reason: "a sample of the Test button: the service hook works",
      });
    });

    it("has every delivery of the table, and no other", () => {
      expect(names.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
    });
  },
);
