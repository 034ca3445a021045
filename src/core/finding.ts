import { z } from "zod";

import type { Delivery, Reading } from "./delivery.ts";
import type { ForgeEvent } from "./event.ts";
import type { Arrival } from "./store.ts";

const Actor = z.object({ id: z.string(), login: z.string(), bot: z.boolean().optional() });
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
  author: Actor.optional(),
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

/** The body of a delivery of our own: the events themselves. */
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
      Happening.extend({
        kind: z.literal("schedule"),
        action: z.literal("due"),
        automation: z.string(),
        at: z.string(),
      }),
      Happening.extend({
        kind: z.literal("manual"),
        action: z.literal("started"),
        automation: z.string(),
        id: z.string(),
        issue: Issue.optional(),
        pullRequest: PullRequest.optional(),
        ref: z.string().optional(),
        after: z.string().optional(),
        inputs: z.record(z.string(), z.string()).optional(),
      }),
    ]),
  ),
});

/** A delivery of our own, by one of OWN_DOORS. The same id by the same door is the same delivery, whoever writes it. */
export function findingOf(
  { forge, door, id, receivedAt }: Pick<Delivery, "forge" | "door" | "id" | "receivedAt">,
  events: readonly ForgeEvent[],
): Arrival {
  const body = new TextEncoder().encode(JSON.stringify({ events }));
  const delivery = { forge, door, id, event: "finding", headers: {}, body, receivedAt };
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
