import type { Decision } from "../core/decision.ts";
import type { TurnedAway } from "../core/store.ts";
import type { ExplainedEvent } from "./explain-event.ts";
import type { Explanation } from "./explanation.ts";

/**
 * An explanation as a tree that a person reads: who sent it, how it is read, then each automation with what was looked
 * at in order. A cross stands where it ended. What was never matched is told by what the events alone say.
 */
export function explainText({ sender, reading, matches, decisions }: Explanation): string {
  const lines = [
    sender.state === "proven"
      ? "✓ sender: proven, it knows the secret of the webhook"
      : `${sender.state === "unproven" ? "✗" : "·"} sender: ${sender.state}. ${sender.reason}`,
    reading.kind === "event"
      ? `✓ reading: ${reading.events.length === 1 ? "one event" : `${reading.events.length} events`}`
      : `✗ reading: ${reading.kind}. ${reading.reason}`,
  ];
  const events = reading.kind === "event" ? reading.events : [];
  const told: readonly (Partial<Decision> & Explanation["matches"][number])[] = decisions ?? matches;
  for (const [index, event] of events.entries()) {
    lines.push(`  ${eventText(event)}`);
    for (const one of told.filter((match) => match.event === index)) lines.push(...automationLines(one));
  }
  // Of a body that is gone, the decisions are all that is left.
  if (events.length === 0) for (const one of told) lines.push(...automationLines(one));
  if (events.length > 0 && told.length === 0) lines.push("  ✗ no automation is configured");
  if (events.length > 0 && decisions === undefined) lines.push("Nothing is decided about it yet.");
  return lines.join("\n");
}

/** What was turned away, a line each. */
export function turnedAwayText(turned: readonly TurnedAway[]): string {
  if (turned.length === 0) return "No request was turned away since nothing proved who sent it.";
  return turned
    .map(({ lastAt, count, forge, address, reason }) => {
      const often = count === 1 ? "once" : `${count} times, last`;
      return `${often} at ${lastAt.toISOString()}, ${forge} by ${address}: ${reason}`;
    })
    .join("\n");
}

function eventText({ kind, action, repo, actor, issue, pullRequest, ref, label }: ExplainedEvent): string {
  const about = [
    issue === undefined ? "" : `issue #${issue.number}`,
    pullRequest === undefined ? "" : `pull request #${pullRequest.number}`,
    ref ?? "",
    label === undefined ? "" : `label "${label}"`,
  ].filter((part) => part !== "");
  const who = actor.login === "" ? "nobody known" : actor.login;
  return `${kind} ${action} in ${repo.fullName}${about.length === 0 ? "" : `, ${about.join(", ")}`}, by ${who}`;
}

function automationLines(match: Partial<Decision> & Explanation["matches"][number]): string[] {
  const { automation, outcome, reason, run, steps, matched, stillToAsk } = match;
  const became = outcome === "run" ? `run ${run ?? ""}` : (outcome ?? (matched ? "wanted" : "not matched"));
  const mark = outcome === undefined ? matched : outcome === "run" || outcome === "waits";
  const lines = [`    ${mark ? "✓" : "✗"} ${automation}: ${became.trim()}`];
  if (steps === undefined || steps.length === 0) lines.push(`        ${reason}`);
  else for (const { what, ok, said } of steps) lines.push(`        ${ok ? "✓" : "✗"} ${what}: ${said}`);
  if (outcome === undefined && stillToAsk.length > 0) {
    lines.push(`        · the forge is still to be asked about: ${stillToAsk.join(", ")}`);
  }
  return lines;
}
