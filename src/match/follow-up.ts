import { doesAgentWork } from "../core/agent-work.ts";
import type { Automation } from "../core/automation.ts";
import type { CheckEvent, CommentEvent, ForgeEvent, ReviewEvent } from "../core/event.ts";
import { cut } from "../core/text.ts";
import type { Around } from "./answer.ts";
import { askedBy, spokenIn } from "./commands.ts";
import { unserved } from "./decide.ts";
import { mentionsIn } from "./mentions.ts";

/** An event that may ask an agent to go on with its work. */
export type Urging = CommentEvent | ReviewEvent | CheckEvent;

/** How an event urges an agent on. */
export interface Urge {
  readonly event: Urging;
  /** One sentence for a person. */
  readonly reason: string;
  /**
   * For a comment: whom a command speaks to in front, `mention` where it is no command but talk. Absent: nobody needs to
   * be told apart.
   */
  readonly to?: { readonly mentioned: string } | "mention";
}

/**
 * How an event urges the agent of an automation on, as far as the event alone tells; undefined where it does not. Whether
 * there is work of the agent's to go on with, only the store knows; whom a mention means, only the forge.
 */
export function urgeOf(event: ForgeEvent, automation: Automation, around: Around): Urge | undefined {
  if (event.kind !== "comment" && event.kind !== "review" && event.kind !== "check") return undefined;
  if (!doesAgentWork(automation) || automation.workspace !== "clone") return undefined;
  const urge = urgeIn(event, automation);
  if (urge === undefined) return undefined;
  return unserved(event, automation, around.forge, around.contexts) === undefined
    ? { event, ...urge }
    : undefined;
}

function urgeIn(event: Urging, automation: Automation): Omit<Urge, "event"> | undefined {
  const { comments, reviews, checks } = automation.followUp;
  switch (event.kind) {
    case "comment":
      return comments ? urgeInWords(event.comment.body, automation) : undefined;
    case "review":
      return reviews && event.review.state === "changes_requested"
        ? { reason: "A review requests changes." }
        : undefined;
    case "check": {
      const { name, state } = event.check;
      return checks && (state === "failure" || state === "error")
        ? { reason: `The check "${cut(name, 100)}" failed.` }
        : undefined;
    }
  }
}

function urgeInWords(body: string, automation: Automation): Omit<Urge, "event"> | undefined {
  const asked = askedBy(body, automation) ?? askedToRun(body, automation);
  if (asked !== undefined) {
    const { said, mentioned } = asked;
    return {
      reason: `The comment says "${said}".`,
      ...(mentioned === undefined ? {} : { to: { mentioned } }),
    };
  }
  const { named, commanded } = mentionsIn(body);
  if (named.length === 0 || commanded.includes("")) return undefined;
  return { reason: `The comment mentions ${named.map((name) => `@${name}`).join(", ")}.`, to: "mention" };
}

/** `run` without a name, or with the automation's own: there it needs no trigger by which people ask for it. */
function askedToRun(body: string, { name }: Pick<Automation, "name">) {
  const spoken = spokenIn(body);
  if (spoken?.word !== "run") return undefined;
  const { argument } = spoken;
  return argument === undefined || argument.toLowerCase() === name.toLowerCase() ? spoken : undefined;
}
