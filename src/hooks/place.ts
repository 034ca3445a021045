import { ForgehandError } from "../core/errors.ts";
import type { HookPlace, Level, Webhooks } from "../core/webhooks.ts";
import { LEVELS } from "../core/webhooks.ts";

/** The levels of a forge, each with the forge's own word for it. */
export type Levels = Webhooks["levels"];

/** How somebody names a place: by the level's name in the core or at the forge, and the name there. */
export interface SaidPlace {
  readonly level?: string;
  readonly name?: string;
}

/** The place that somebody means; a repository where no level is said. Throws CONFIG_INVALID where a forge has none such. */
export function placeMeant(forge: string, levels: Levels, { level: word, name = "" }: SaidPlace): HookPlace {
  const here = LEVELS.filter((level) => levels[level] !== undefined);
  if (here.length === 0) {
    throw asked(`The webhooks of ${forge} cannot be looked after by its API. Make them on its pages.`);
  }
  const level = word === undefined ? "repository" : here.find((one) => isNamed(one, levels[one], word));
  if (level === undefined || !here.includes(level)) {
    throw asked(
      `There is no level ${word ?? "repository"} at ${forge}. Write one of: ${wordsOf(here, levels)}.`,
    );
  }
  if (level === "system") {
    if (name === "") return { level, name };
    throw asked(`A webhook of the level system has no name: leave ${name} out, or say another --level.`);
  }
  if (name !== "") return { level, name };
  const word_ = levels[level] ?? level;
  const whole = here.includes("system") ? ", or --level system" : "";
  throw asked(
    `Say the name of the ${word_}${whole}, such as \`forgehand connect ${forge} ${EXAMPLES[level]}\`.`,
  );
}

/** A place in words: `repository octo/hello`, `group acme`. */
export function placeName({ level, name }: HookPlace, levels: Levels = {}): string {
  return `${levels[level] ?? level} ${name}`.trim();
}

export function samePlace(one: HookPlace, other: HookPlace): boolean {
  return one.level === other.level && one.name.toLowerCase() === other.name.toLowerCase();
}

const EXAMPLES: Readonly<Record<"repository" | "owner", string>> = {
  repository: "OWNER/REPO",
  owner: "OWNER --level owner",
};

const isNamed = (level: Level, own: string | undefined, said: string): boolean =>
  [level, own].some((one) => one !== undefined && spelt(one) === spelt(said));

/** Organisations are spelt in two ways. */
const spelt = (word: string): string => word.toLowerCase().replace("organisation", "organization");

const wordsOf = (here: readonly Level[], levels: Levels): string =>
  here
    .map((level) => {
      const own = levels[level] ?? level;
      return spelt(own) === level ? level : `${level} (${own})`;
    })
    .join(", ");

const asked = (message: string): ForgehandError => new ForgehandError("CONFIG_INVALID", message);
