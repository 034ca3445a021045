import { existsSync, readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";

import type { DeliveryHeaders } from "../../../src/core/delivery.ts";
import type { ForgeEvent } from "../../../src/core/event.ts";
import { gitea } from "../../../src/forges/gitea/index.ts";
import { lowerCase } from "../../support/fixtures.ts";

const SHARED = new URL("../../../../shared/", import.meta.url);
const PAYLOADS = new URL("payloads/", SHARED);
const CAPTURES = new URL("captures/", SHARED);

/** What each real delivery must be read as: its events, or `ignored` and why, in short. */
const EXPECTED: Readonly<Record<string, string>> = {
  "forgejo/delete-branch": "push deleted",
  "forgejo/issue_comment-created": "comment created on issue",
  "forgejo/issues-label_updated": "issue label_updated",
  "forgejo/issues-opened": "issue opened",
  "forgejo/pull_request-label_updated": "pull_request label_updated from fork",
  "forgejo/pull_request-opened-from-fork": "pull_request opened from fork",
  "forgejo/push": "push updated",
  "gitea/create-branch": "push created",
  "gitea/create-tag-captured": "tag created",
  "gitea/delete-branch": "push deleted",
  "gitea/ignored-fork": "ignored",
  "gitea/ignored-release": "ignored",
  "gitea/issue_comment-created": "comment created on issue",
  "gitea/issue_comment-created-on-pull-request": "comment created on pull request",
  "gitea/issues-label_updated": "issue label_updated",
  "gitea/issues-opened": "issue opened",
  "gitea/pull_request-label_updated": "pull_request label_updated from fork",
  "gitea/pull_request-opened-captured": "pull_request opened",
  "gitea/pull_request-opened-from-fork": "pull_request opened from fork",
  "gitea/pull_request-opened-from-fork-2": "pull_request opened from fork",
  "gitea/pull_request_comment-reviewed": "ignored: review",
  "gitea/push": "push created",
  "gitea/push-captured": "ignored: test",
  "gitea/push-deleted-branch-captured": "push deleted",
  "gitea/push-secret-in-body": "push updated",
};

/** What each request of a running server must be read as, by event and action; two versions sent the same. */
const CAPTURED: Readonly<Record<string, readonly string[]>> = {
  create: ["push created", "tag created"],
  delete: ["push deleted"],
  "issue_comment-created": ["comment created on issue", "comment created on pull request"],
  "issue_comment-reviewed": ["ignored: review"],
  "issues-closed": ["issue closed"],
  "issues-label_cleared": ["issue label_updated"],
  "issues-label_updated": ["issue label_updated"],
  "issues-opened": ["issue opened"],
  "issues-reopened": ["issue reopened"],
  "pull_request-closed": ["pull_request merged"],
  "pull_request-edited": ["pull_request edited"],
  "pull_request-label_updated": ["pull_request label_updated"],
  "pull_request-opened": ["pull_request opened"],
  "pull_request-synchronized": ["pull_request updated"],
  "pull_request_comment-reviewed": ["ignored: review"],
  push: ["ignored: test", "push created", "push updated", "tag created"],
  "release-published": ["ignored"],
};

function readingOf(headers: DeliveryHeaders, body: Buffer): string {
  const reading = gitea.normalise({ event: gitea.identify({ headers, body }).event, headers, body });
  if (reading.kind === "event") return reading.events.map(inWords).join("; ");
  const why = /review|tries/.exec(reading.reason)?.[0].replace("tries", "test");
  return reading.kind === "ignored" ? `ignored${why === undefined ? "" : `: ${why}`}` : reading.reason;
}

function inWords(event: ForgeEvent): string {
  const fork = event.kind === "pull_request" && event.pullRequest.fork ? " from fork" : "";
  const on = event.kind === "comment" ? (event.pullRequest ? " on pull request" : " on issue") : "";
  return `${event.kind} ${event.action}${fork}${on}`;
}

const listed = (folder: URL, fits: (name: string) => boolean) =>
  existsSync(folder) ? readdirSync(folder).filter(fits).sort() : [];

const payloads = ["forgejo", "gitea"].flatMap((kind) =>
  listed(new URL(`${kind}/`, PAYLOADS), (file) => !file.endsWith(".headers.json")).map(
    (file) => `${kind}/${file.replace(/\.json$/, "")}`,
  ),
);

(payloads.length > 0 ? describe : describe.skip)(
  "real deliveries of Gitea and Forgejo (skipped where ../shared/payloads is absent)",
  () => {
    const file = (name: string) => readFileSync(new URL(name, PAYLOADS));
    const headersOf = (name: string) =>
      lowerCase(JSON.parse(file(`${name}.headers.json`).toString()) as Record<string, string>);

    it.each(payloads.length > 0 ? payloads : ["none"])("reads %s right", (name) => {
      expect(readingOf(headersOf(name), file(`${name}.json`))).toBe(EXPECTED[name]);
    });

    it("has every delivery of the table", () => {
      expect(payloads.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
    });

    it("keeps the secret of none", () => {
      const secretOf = (body: Uint8Array) =>
        (JSON.parse(Buffer.from(body).toString()) as { secret?: string }).secret ?? "";
      const telling = payloads.filter((name) => secretOf(file(`${name}.json`)) !== "");
      expect(telling.length).toBeGreaterThan(3);
      for (const name of payloads) {
        const body = file(`${name}.json`);
        expect(secretOf(gitea.withoutSecret?.({ headers: headersOf(name), body }) ?? body)).toBe("");
      }
    });
  },
);

interface Capture {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly secret: string;
}

const captures = listed(CAPTURES, (name) => name.startsWith("gitea-")).flatMap((server) =>
  listed(new URL(`${server}/`, CAPTURES), () => true).map((file) => `${server}/${file}`),
);

(captures.length > 0 ? describe : describe.skip)(
  "requests of running servers (skipped where ../shared/captures is absent)",
  () => {
    const capture = (name: string) => {
      const { headers, body, secret } = JSON.parse(readFileSync(new URL(name, CAPTURES), "utf8")) as Capture;
      return { headers: lowerCase(headers), body: Buffer.from(body), secret };
    };

    it.each(captures.length > 0 ? captures : ["none"])("proves and reads %s right", (name) => {
      const { headers, body, secret } = capture(name);
      const request = { headers, body };
      expect(gitea.recognises(request)).toBe(true);
      expect(gitea.identify(request).id).toMatch(/^[0-9a-f-]{36}$/);
      expect(gitea.verify(request, [secret], new Date()).state).toBe("proven");
      expect(gitea.verify(request, [`${secret} `], new Date()).state).toBe("unproven");
      expect(gitea.withoutSecret?.(request)).toBeUndefined();
      const kind = name.replace(/^.*\/\d+-/, "").replace(/\.json$/, "");
      expect(CAPTURED[kind]).toContain(readingOf(headers, body));
    });

    it("have each happening of the table", () => {
      const seen = new Set(
        captures.map((name) => capture(name)).map(({ headers, body }) => readingOf(headers, body)),
      );
      expect([...seen].sort()).toEqual([...new Set(Object.values(CAPTURED).flat())].sort());
    });
  },
);
