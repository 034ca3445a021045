import type { Automation } from "../core/automation.ts";
import type { Actor } from "../core/event.ts";

/** How a comment asks for an automation. */
export interface Asked {
  /** The line in short, such as `/forgehand test`. */
  readonly said: string;
  /** Whom it speaks to, where it begins with a mention: only the forge knows whether that is us. */
  readonly mentioned?: string;
}

const FENCED = /^[ \t]*(```|~~~)[\s\S]*?^[ \t]*\1.*$/gm;

/** `/forgehand WORD`, `/forgehand run NAME`, and both with a mention in front instead; a mention may be an id in braces. */
const LINE = /^(?:\/forgehand|@(\S+?):?)[ \t]+(?:run[ \t]+([\w-]+)|([\w-]+))[ \t\r]*$/gim;

/**
 * How a comment asks for an automation, if it does: by its command word, or by `run` and its name where a person may ask
 * for it at all, be it by a label that not every forge has. Commands stand in a line of their own, outside quotes and
 * code.
 */
export function askedBy(body: string, { name, on }: Pick<Automation, "name" | "on">): Asked | undefined {
  for (const [, mentioned, run, word] of body.replace(FENCED, "").matchAll(LINE)) {
    const isWord = word !== undefined && on.command !== undefined && same(word, on.command);
    const isName = run !== undefined && isAskedFor(on) && same(run, name);
    if (!isWord && !isName) continue;
    const what = isName ? `run ${name}` : (on.command ?? "");
    return mentioned === undefined
      ? { said: `/forgehand ${what}` }
      : { said: `@${mentioned} ${what}`, mentioned };
  }
  return undefined;
}

/** Whether an automation is one that people ask for: not one that merely follows what happens. */
export function isAskedFor({ label, command, titlePrefix, branchPrefix }: Automation["on"]): boolean {
  return [label, command, titlePrefix, branchPrefix].some((one) => one !== undefined);
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
