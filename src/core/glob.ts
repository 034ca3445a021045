/**
 * How globs are read. `name` (repositories, branches): `*` and `?` stop at a slash, `**` does not, `[a-z]` is one of
 * these, `{a,b}` one of both; letters count in either case, as forges compare names. `file`: the same with exact letters.
 * `text` (titles, labels, logins): `*` is any text and `?` one character; all else is itself, so that `[bot]` means that.
 */
export type GlobKind = "name" | "file" | "text";

/** Longest glob, and how many globs its braces may stand for. */
export const LONGEST_GLOB = 200;
const MOST_ALTERNATIVES = 64;

/** What is wrong with a glob, in a sentence for its owner; undefined where nothing is. */
export function globProblem(glob: string, kind: GlobKind): string | undefined {
  if (glob.length > LONGEST_GLOB) return `A glob has at most ${LONGEST_GLOB} characters.`;
  if (kind === "text") return undefined;
  if (glob.startsWith("!")) return "Write it under `exclude:`, without the exclamation mark.";
  if (/^\.?\//.test(glob) || glob.endsWith("/")) {
    return "Write it without a slash at its beginning or end: a folder with all that is in it is `folder/**`.";
  }
  if (glob.startsWith("refs/")) return "Write the name of the branch alone, without `refs/heads/`.";
  const alternatives = expandBraces(glob);
  if (alternatives === "unbalanced") return "A brace is opened but not closed, or the other way round.";
  if (alternatives.length > MOST_ALTERNATIVES) {
    return `Its braces stand for more than ${MOST_ALTERNATIVES} globs: write several.`;
  }
  const broken = alternatives.some((alternative) => tokensOf(alternative, kind) === undefined);
  return broken
    ? "A bracket is opened but not closed, or holds a range from a higher character down."
    : undefined;
}

/**
 * What tells whether a text fits a glob. Takes at most as many steps as the lengths of both multiplied, whatever they
 * hold. A glob with a problem fits nothing.
 */
export function compileGlob(glob: string, kind: GlobKind): (text: string) => boolean {
  if (globProblem(glob, kind) !== undefined) return () => false;
  const read = (text: string): string => (kind === "file" ? text : text.toLowerCase());
  const alternatives = kind === "text" ? [glob] : expandBraces(glob);
  if (alternatives === "unbalanced") return () => false;
  const compiled = alternatives.flatMap((alternative) => {
    const tokens = tokensOf(read(alternative), kind);
    return tokens === undefined ? [] : [tokens];
  });
  return (text) => {
    const characters = Array.from(read(text));
    return compiled.some((tokens) => leadsThrough(tokens, characters));
  };
}

/** One place on the way along a glob. */
interface Token {
  /** How many places further one may go without a character; 0: none. */
  readonly skips: number;
  /** How many places further a character leads; undefined where it does not fit. */
  readonly step: (character: string) => number | undefined;
}

type Takes = (character: string) => boolean;

const one = (takes: Takes): Token => ({ skips: 0, step: (character) => (takes(character) ? 1 : undefined) });
const many = (takes: Takes): Token => ({ skips: 1, step: (character) => (takes(character) ? 0 : undefined) });
const literal = (wanted: string): Token => one((character) => character === wanted);
const all: Takes = () => true;
const butSlash: Takes = (character) => character !== "/";

/** As many whole folders as there are, none too: a place between two of them, and one within a name. */
const FOLDERS: readonly Token[] = [
  { skips: 2, step: (character) => (character === "/" ? undefined : 1) },
  { skips: 0, step: (character) => (character === "/" ? -1 : 0) },
];

/** Whether a whole text leads from one end of the tokens to the other. All ways are gone at once, so none twice. */
function leadsThrough(tokens: readonly Token[], characters: readonly string[]): boolean {
  let reached = skipping(tokens, new Set([0]));
  for (const character of characters) {
    const next = new Set<number>();
    for (const place of reached) {
      const step = tokens[place]?.step(character);
      if (step !== undefined) next.add(place + step);
    }
    if (next.size === 0) return false;
    reached = skipping(tokens, next);
  }
  return reached.has(tokens.length);
}

/** With every place that can be reached without a character. What is added while a set is gone through is met too. */
function skipping(tokens: readonly Token[], reached: Set<number>): Set<number> {
  for (const place of reached) {
    const skips = tokens[place]?.skips ?? 0;
    if (skips > 0) reached.add(place + skips);
  }
  return reached;
}

const TEXT_PIECES = /\*+|[^]/gu;
const PIECES = /\*\*\/|\*+|\[[!^]?[^\]]+\]|[^]/gu;

/** The tokens of a glob without braces; undefined where a bracket is wrong. */
function tokensOf(glob: string, kind: GlobKind): Token[] | undefined {
  const tokens: Token[] = [];
  for (const { 0: piece, index } of glob.matchAll(kind === "text" ? TEXT_PIECES : PIECES)) {
    const added = kind === "text" ? textTokens(piece) : nameTokens(piece, glob[index - 1] ?? "/");
    if (added === undefined) return undefined;
    tokens.push(...added);
  }
  return tokens;
}

function textTokens(piece: string): readonly Token[] {
  if (piece.startsWith("*")) return [many(all)];
  return [piece === "?" ? one(all) : literal(piece)];
}

function nameTokens(piece: string, before: string): readonly Token[] | undefined {
  if (piece === "**/") return before === "/" ? FOLDERS : [many(all), literal("/")];
  if (piece.startsWith("*")) return [many(piece === "*" ? butSlash : all)];
  if (piece === "?") return [one(butSlash)];
  if (piece === "[" || piece === "]") return undefined;
  if (!piece.startsWith("[")) return [literal(piece)];
  const takes = oneOf(piece.slice(1, -1));
  return takes && [one(takes)];
}

/** What a bracket takes; undefined where one of its ranges goes down. A slash is never taken. */
function oneOf(inside: string): Takes | undefined {
  const not = /^[!^]/.test(inside);
  const ranges = [...inside.slice(not ? 1 : 0).matchAll(/([^])-([^])|([^])/gu)].map(
    ([, from, to, single]) => [from ?? single ?? "", to ?? single ?? ""] as const,
  );
  if (ranges.some(([from, to]) => from > to)) return undefined;
  return (character) =>
    character !== "/" && ranges.some(([from, to]) => from <= character && character <= to) !== not;
}

/** The globs that the braces of one stand for. Stops soon after there are too many. */
function expandBraces(glob: string): string[] | "unbalanced" {
  const made: string[] = [];
  const waiting = [glob];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (made.length + waiting.length > MOST_ALTERNATIVES) return [...made, ...waiting, next];
    // The innermost braces first: they hold no others.
    const [group, inside = ""] = /\{([^{}]*)\}/.exec(next) ?? [];
    if (group === undefined) made.push(next);
    else {
      const at = next.indexOf(group);
      const around = [next.slice(0, at), next.slice(at + group.length)] as const;
      waiting.push(...inside.split(",").map((choice) => around.join(choice)));
    }
  }
  return made.some((one) => /[{}]/.test(one)) ? "unbalanced" : made;
}
