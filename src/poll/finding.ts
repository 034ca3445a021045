import { createHash } from "node:crypto";

import { z } from "zod";

import type { Reading } from "../core/delivery.ts";
import { POLL_DOOR } from "../core/delivery.ts";
import type { Arrival } from "../core/store.ts";
import type { Found } from "./found.ts";

const Actor = z.object({ id: z.string(), login: z.string() });
const Happening = z.object({
  repo: z.object({ id: z.string(), fullName: z.string(), defaultBranch: z.string().optional() }),
  actor: Actor,
  confidential: z.boolean().optional(),
});
const Thread = z.object({
  number: z.int(),
  title: z.string(),
  body: z.string(),
  labels: z.array(z.string()),
  url: z.string().optional(),
});
const Issue = Thread.extend({ state: z.enum(["open", "closed"]) });
const PullRequest = Thread.extend({
  state: z.enum(["open", "closed", "merged"]),
  source: z.object({ branch: z.string(), repo: z.string().nullable() }).optional(),
  target: z.object({ branch: z.string() }).optional(),
  headSha: z.string().optional(),
  fork: z.boolean().optional(),
  draft: z.boolean().optional(),
});

/** What is found, as it is kept: a delivery of our own, so it is the events themselves. */
const Finding = z.object({
  events: z.array(
    z.discriminatedUnion("kind", [
      Happening.extend({
        kind: z.literal("issue"),
        action: z.enum(["opened", "label_updated"]),
        issue: Issue,
      }),
      Happening.extend({
        kind: z.literal("pull_request"),
        action: z.enum(["opened", "reopened", "updated", "ready", "label_updated"]),
        pullRequest: PullRequest,
        before: z.string().optional(),
        after: z.string().optional(),
      }),
      Happening.extend({
        kind: z.literal("push"),
        action: z.enum(["created", "updated", "deleted"]),
        ref: z.string(),
        before: z.string().optional(),
        after: z.string().optional(),
      }),
    ]),
  ),
});

/** What was found as a delivery that is wanted. The same found twice, by whatever worker, is the same delivery. */
export function toArrival(forge: string, { events, version }: Found, receivedAt: Date): Arrival {
  const text = JSON.stringify({ events });
  const delivery = {
    forge,
    door: POLL_DOOR,
    id: createHash("sha256")
      .update(JSON.stringify([version, text]))
      .digest("hex"),
    event: "finding",
    headers: {},
    body: new TextEncoder().encode(text),
    receivedAt,
  };
  return { delivery, reading: { kind: "event", events }, wanted: true };
}

/** Read a kept finding again. */
export function readFinding(body: Uint8Array): Reading {
  try {
    return { kind: "event", events: Finding.parse(JSON.parse(new TextDecoder().decode(body))).events };
  } catch {
    return {
      kind: "unreadable",
      reason:
        "This finding is not as this version of Forgehand writes them; what it tells of is found again by a change.",
    };
  }
}
