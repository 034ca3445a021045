/** Characters of a text that are looked at, and mentions: more are no way to ask for something. */
const LONGEST_TEXT = 65_536;
const MOST_MENTIONS = 50;

// Each of these ends at the end of the text at the latest, so that none is looked for again and again.
const FENCED = /^[ \t]*(```|~~~)[^]*?(?:^[ \t]*\1.*$|(?![^]))/gm;
const HIDDEN = /<!--[^]*?(?:-->|(?![^]))/g;
const QUOTED = /^[ \t]*>.*$/gm;
const INLINE = /(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g;

/** A line that is a command alone, as `askedBy` reads them: with our word or a mention in front. */
const COMMAND = /^(?:\/forgehand|@(\S+?):?)[ \t]+(?:run[ \t]+[\w-]+|[\w-]+)[ \t\r]*$/gim;

/** A login, or an id in braces (Bitbucket Cloud) or angle brackets (Azure DevOps); no part of an e-mail address. */
const MENTION = /(?<![\w.@/+-])@(\{[\w:-]+\}|<[\w:-]+>|\w[\w.-]*)/g;

/** Whom a text speaks to, outside of code and quotes. */
export interface Mentions {
  /** Accounts that are mentioned anywhere but in a line that is a command. */
  readonly named: readonly string[];
  /** Accounts that a command begins with; empty text for a command that begins with our word. */
  readonly commanded: readonly string[];
}

/** Whom a text mentions, as far as its first 65,536 characters tell. */
export function mentionsIn(text: string): Mentions {
  const plain = [FENCED, HIDDEN, QUOTED, INLINE].reduce(
    (rest, pattern) => rest.replace(pattern, " "),
    text.slice(0, LONGEST_TEXT),
  );
  const commanded = [...plain.matchAll(COMMAND)].map(([, mentioned]) => mentioned ?? "");
  const named = [...plain.replace(COMMAND, " ").matchAll(MENTION)].map(([, name]) =>
    (name ?? "").replace(/[.-]+$/, ""),
  );
  return { named: distinct(named), commanded: distinct(commanded) };
}

const distinct = (names: readonly string[]): string[] => [...new Set(names)].slice(0, MOST_MENTIONS);
