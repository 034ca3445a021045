import { existsSync, readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";

import type { DeliveryHeaders } from "../../../src/core/delivery.ts";
import type { ForgeEvent } from "../../../src/core/event.ts";
import { gogs } from "../../../src/forges/gogs/index.ts";
import { lowerCase } from "../../support/fixtures.ts";

const SHARED = new URL("../../../../shared/", import.meta.url);
const PAYLOADS = new URL("payloads/gogs/", SHARED);
const CAPTURES = new URL("captures/gogs-0.11.91/", SHARED);

/** What each real delivery must be read as: its events, or `ignored`. */
const TOLD: Readonly<Record<string, string>> = {
  "create-branch": "push created refs/heads/master",
  "delete-branch": "push deleted refs/heads/testbranch",
  "ignored-release": "ignored",
  "issue_comment-created": "comment created on issue",
  "issue_comment-edited": "ignored",
  "issues-closed": "issue closed",
  "issues-label_cleared": "issue label_updated",
  "issues-label_updated": "issue label_updated",
  "issues-opened": "issue opened; issue label_updated",
  "issues-reopened": "issue reopened",
  "pull_request-closed": "pull_request closed",
  "pull_request-label_updated": "pull_request label_updated",
  "pull_request-opened": "pull_request opened; pull_request label_updated",
  "pull_request-synchronized": "pull_request updated",
  // Somebody tried the webhook.
  push: "ignored",
  "push-docs-sample": "push updated refs/heads/main",
};

const CAPTURED: Readonly<Record<string, string>> = {
  "001-issues-opened": "issue opened; issue label_updated",
  "002-issues-label_updated": "issue label_updated",
  "003-issues-label_updated": "issue label_updated",
  "004-issue_comment-created": "comment created on issue",
  "005-create": "push created refs/heads/feature",
  "006-push": "push created refs/heads/feature",
  "007-pull_request-opened": "pull_request opened; pull_request label_updated",
  "008-pull_request-label_updated": "pull_request label_updated",
  "009-issue_comment-created": "comment created on pull request",
  "010-pull_request-label_cleared": "pull_request label_updated",
  "011-issues-closed": "issue closed",
  "012-push": "push updated refs/heads/feature",
  "013-pull_request-synchronized": "pull_request updated",
  "014-push": "push updated refs/heads/feature",
  "015-pull_request-synchronized": "pull_request updated",
  "016-create": "tag created refs/tags/v1 21b7b4c",
  "017-delete": "tag deleted refs/tags/v1",
};

function readFrom(headers: DeliveryHeaders, body: Buffer): string {
  const reading = gogs.normalise({ event: gogs.identify({ headers, body }).event, headers, body });
  if (reading.kind === "unreadable") return reading.reason;
  return reading.kind === "event" ? reading.events.map(inWords).join("; ") : reading.kind;
}

function inWords(event: ForgeEvent): string {
  const on = event.kind === "comment" ? (event.pullRequest ? " on pull request" : " on issue") : "";
  const ref = "ref" in event ? ` ${event.ref}` : "";
  const commit = event.kind === "tag" && event.after ? ` ${event.after.slice(0, 7)}` : "";
  return `${event.kind} ${event.action}${on}${ref}${commit}`;
}

const namesIn = (folder: URL) =>
  readdirSync(folder)
    .filter((file) => !file.endsWith(".headers.json"))
    .map((file) => file.replace(/\.json$/, ""));

const told = existsSync(PAYLOADS);
(told ? describe : describe.skip)(
  "real deliveries of Gogs (skipped where ../shared/payloads is absent)",
  () => {
    it.each(told ? namesIn(PAYLOADS) : ["none"])("reads %s right", (name) => {
      const file = (ending: string) => readFileSync(new URL(`${name}${ending}`, PAYLOADS));
      const headers = lowerCase(JSON.parse(file(".headers.json").toString()) as Record<string, string>);
      expect(readFrom(headers, file(".json"))).toBe(TOLD[name]);
    });

    it("has every delivery of the table", () => {
      expect(namesIn(PAYLOADS).sort()).toEqual(Object.keys(TOLD).sort());
    });
  },
);

const captured = existsSync(CAPTURES);
(captured ? describe : describe.skip)(
  "requests of Gogs 0.11.91 (skipped where ../shared/captures is absent)",
  () => {
    it.each(captured ? namesIn(CAPTURES) : ["none"])(
      "takes %s for Gogs', proves it and reads it right",
      (name) => {
        const { headers, body, secret } = JSON.parse(
          readFileSync(new URL(`${name}.json`, CAPTURES), "utf8"),
        ) as { headers: DeliveryHeaders; body: string; secret: string };
        const request = { headers, body: Buffer.from(body) };
        expect(gogs.recognises(request)).toBe(true);
        expect(gogs.identify(request).id).toMatch(/^[0-9a-f-]{36}$/);
        expect(gogs.verify(request, [secret], new Date()).state).toBe("proven");
        expect(gogs.verify(request, [`${secret}.`], new Date()).state).toBe("unproven");
        expect(readFrom(headers, request.body)).toBe(CAPTURED[name]);
      },
    );

    it("has every request of the table", () => {
      expect(namesIn(CAPTURES).sort()).toEqual(Object.keys(CAPTURED).sort());
    });
  },
);

/** Forges that grew out of Gogs send its headers too. */
const HEIRS = ["gitea", "forgejo"].map((kind) => new URL(`payloads/${kind}/`, SHARED)).filter(existsSync);
(HEIRS.length > 0 ? it : it.skip)("takes no delivery of Gitea or Forgejo for Gogs'", () => {
  const files = HEIRS.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(".headers.json"))
      .map((file) => new URL(file, folder)),
  );
  expect(files).not.toEqual([]);
  for (const file of files) {
    const headers = lowerCase(JSON.parse(readFileSync(file, "utf8")) as Record<string, string>);
    expect(gogs.recognises({ headers, body: Buffer.from("") })).toBe(false);
  }
});
