import { cut } from "../../core/text.ts";

/**
 * How many characters a text may have, given Bitbucket's limit: it counts as Java does, an emoji (and whatever else is
 * beyond the first 65,536 characters of Unicode) as two.
 */
export function limitFor(text: string, limit: number): number {
  let characters = 0;
  let left = limit;
  for (const character of text) {
    left -= character.length;
    if (left < 0) return characters;
    characters += 1;
  }
  return characters + left;
}

/** A text cut to Bitbucket's limit. */
export function cutToFit(text: string, limit: number): string {
  return cut(text, limitFor(text, limit));
}
