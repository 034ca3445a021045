import type { Automation, CommentWord } from "../core/automation.ts";
import { COMMENT_WORDS } from "../core/automation.ts";
import type { Actor } from "../core/event.ts";
import { spokenLines } from "./lines.ts";

/** How a comment asks for an automation. */
export interface Asked {
  /** The line in short, such as `/forgehand test`. */
  readonly said: string;
  /** Whom it speaks to, where it begins with a mention: only the forge knows whether that is us. */
  readonly mentioned?: string;
}

/** What a comment says to Forgehand itself. */
export interface Spoken extends Asked {
  /** Absent: it is not understood. */
  readonly word?: CommentWord;
  /** What follows the word. */
  readonly argument?: string;
}

/** `/forgehand …`, or a mention in front instead, which may be an id in braces. */
const LINE = /^(?:\/forgehand|@(\S+?):?)(?:[ \t]+(.*))?$/i;

/** Words of a line that are more than a command takes are not read. */
const MOST_WORDS = 3;

interface Line {
  readonly mentioned?: string;
  readonly words: readonly string[];
}

function linesOf(body: string): Line[] {
  return spokenLines(body).flatMap((line): Line[] => {
    const found = LINE.exec(line.trimEnd());
    if (found === null) return [];
    const [, mentioned, rest = ""] = found;
    const words = rest.split(/[ \t]+/, MOST_WORDS).filter((word) => word !== "");
    return [mentioned === undefined ? { words } : { mentioned, words }];
  });
}

/**
 * How a comment asks for an automation, if it does: by its command word, or by `run` and its name where a person may ask
 * for it at all, be it by a label that not every forge has. Commands stand in a line of their own, outside quotes and
 * code.
 */
export function askedBy(body: string, { name, on }: Pick<Automation, "name" | "on">): Asked | undefined {
  for (const { mentioned, words } of linesOf(body)) {
    const [first = "", second] = words;
    const isWord = words.length === 1 && on.command !== undefined && same(first, on.command);
    const isName = words.length === 2 && same(first, "run") && isAskedFor(on) && same(second ?? "", name);
    if (isWord || isName) return saidAs(mentioned, isName ? `run ${name}` : (on.command ?? ""));
  }
  return undefined;
}

/**
 * What a comment says to Forgehand itself: the first line that has one of its words. `/forgehand` and anything else is
 * not understood; a mention and anything else is talk.
 */
export function spokenIn(body: string): Spoken | undefined {
  for (const { mentioned, words } of linesOf(body)) {
    const [first = "", argument] = words;
    const word = COMMENT_WORDS.find((one) => same(one, first));
    if (word !== undefined && words.length < MOST_WORDS) {
      const what = argument === undefined ? word : `${word} ${argument}`;
      return { ...saidAs(mentioned, what), word, ...(argument === undefined ? {} : { argument }) };
    }
    if (mentioned === undefined) return saidAs(undefined, words.join(" "));
  }
  return undefined;
}

function saidAs(mentioned: string | undefined, what: string): Asked {
  return mentioned === undefined
    ? { said: `/forgehand ${what}`.trimEnd() }
    : { said: `@${mentioned} ${what}`, mentioned };
}

/** Whether an automation is one that people ask for: not one that merely follows what happens. */
export function isAskedFor(on: Automation["on"]): boolean {
  if (on.mention === true || on.assigned === true) return true;
  return [on.label, on.command, on.titlePrefix, on.branchPrefix].some((one) => one !== undefined);
}

/**
 * Whether a mention means an account: by its login or id, without regard to case. GitHub writes an App's account as
 * `name[bot]` and mentions it as `@name`; Bitbucket Cloud and Azure DevOps mention ids, in braces of their own.
 */
export function means(mentioned: string, { id, login }: Actor): boolean {
  const given = bare(mentioned);
  return same(given, bare(login.replace(/\[bot\]$/, ""))) || (given !== "" && same(given, bare(id)));
}

const bare = (text: string): string => text.replace(/^[{<"]+|[}>"]+$/g, "");
const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
