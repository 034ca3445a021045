import type { ForgeEvent } from "../../core/event.ts";
import type { Run } from "../../core/run.ts";
import type { Html } from "./html.ts";
import { html } from "./html.ts";

/** A moment, short for the eye and whole on hovering and for machines. */
export function time(moment: Date | undefined): Html {
  if (moment === undefined) return undefined;
  const iso = moment.toISOString();
  return html`<time datetime="${iso}" title="${iso}">${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
}

/** How long a run took, or has taken so far: `4 s`, `2 min 5 s`, `1 h 3 min`. */
export function duration({ startedAt, finishedAt }: Run, now: Date): string {
  if (startedAt === undefined) return "";
  const seconds = Math.max(0, Math.round(((finishedAt ?? now).getTime() - startedAt.getTime()) / 1_000));
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds} s`;
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A word for a state or a reading, with its colour. */
export const state = (word: string): Html => html`<span class="state ${word}">${word}</span>`;

/**
 * A link to a page of a forge, only where its address is http(s) and of the forge's own origin: addresses come from
 * payloads. Else the text alone.
 */
export function forgeLink(text: Html, url: string | undefined, origin: string | undefined): Html {
  if (url === undefined || origin === undefined || !URL.canParse(url)) return text;
  const { href, origin: given, protocol } = new URL(url);
  if (!/^https?:$/.test(protocol) || given !== origin) return text;
  return html`<a href="${href}" rel="noreferrer">${text}</a>`;
}

/** What a run is about, in words of its event. */
export function subject(event: ForgeEvent): { text: string; title: string; url?: string } {
  switch (event.kind) {
    case "issue":
      return about("issue", event.issue);
    case "pull_request":
      return about("pull request", event.pullRequest);
    case "comment":
      return event.issue === undefined && event.pullRequest !== undefined
        ? about("pull request", event.pullRequest)
        : about("issue", event.issue);
    case "review":
      return about("pull request", event.pullRequest);
    case "check":
      return event.pullRequest === undefined
        ? { text: event.check.sha.slice(0, 12), title: event.check.name }
        : about("pull request", event.pullRequest);
    case "schedule":
      return { text: `schedule of ${event.at}`, title: "" };
    case "manual":
      if (event.issue !== undefined) return about("issue", event.issue);
      if (event.pullRequest !== undefined) return about("pull request", event.pullRequest);
      return { text: event.ref?.replace(/^refs\/(heads|tags)\//, "") ?? "started by hand", title: "" };
    case "push":
    case "tag":
      return { text: event.ref.replace(/^refs\/(heads|tags)\//, ""), title: "" };
  }
}

interface Numbered {
  readonly number: number;
  readonly title: string;
  readonly url?: string;
}

function about(kind: string, item: Numbered | undefined): { text: string; title: string; url?: string } {
  if (item === undefined) return { text: kind, title: "" };
  return { text: `${kind} #${item.number}`, title: item.title, url: item.url };
}
