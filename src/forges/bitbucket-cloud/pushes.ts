import type { Reading } from "../../core/delivery.ts";
import type { Actor, PushEvent, Repo, TagEvent } from "../../core/event.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, read, told } from "../shared/reading.ts";
import type { RefChange } from "./payloads.ts";
import { PushPayload } from "./payloads.ts";
import { actorOf, repoOf } from "./translate.ts";

/** What a type of ref is for us, and how its full name begins. The target of an annotated tag is its commit. */
const TYPES = {
  branch: ["push", "refs/heads/"],
  tag: ["tag", "refs/tags/"],
  annotated_tag: ["tag", "refs/tags/"],
} as const;

/** Read a push, which may move many branches and tags: one event for each. */
export function readPush(body: PayloadData, event: string): Reading {
  return read(event, PushPayload, body, ({ actor, repository, push }) => {
    const where = { repo: repoOf(repository), actor: actorOf(actor) };
    const events = push.changes.flatMap((change) => eventsOf(change, where));
    return events.length > 0 ? told(...events) : ignored("the push moved neither a branch nor a tag");
  });
}

/** The event of one change: `old` is null for a new ref, `new` for a deleted one. */
function eventsOf(change: RefChange, where: { repo: Repo; actor: Actor }): (PushEvent | TagEvent)[] {
  const ref = change.new ?? change.old;
  if (!ref || !isKnown(ref.type)) return [];
  const [kind, prefix] = TYPES[ref.type];
  const before = change.old?.target?.hash;
  const after = change.new?.target?.hash;
  return [
    {
      kind,
      action: !change.new ? "deleted" : change.old ? "updated" : "created",
      ...where,
      ref: `${prefix}${ref.name}`,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
  ];
}

function isKnown(type: string): type is keyof typeof TYPES {
  return Object.hasOwn(TYPES, type);
}
