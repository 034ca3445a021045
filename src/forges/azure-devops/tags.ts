import { sameLabel } from "../../core/event.ts";

/** What Azure DevOps takes for the end of a tag: such a character cannot be in one. */
export const SEPARATORS = /[;,]/;

/** The tags in the field `System.Tags`: one text, with `; ` between. */
export function tagsIn(field: string | null | undefined): string[] {
  return (field ?? "")
    .split(";")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
}

export function fieldOf(tags: readonly string[]): string {
  return tags.join("; ");
}

export function has(tags: readonly string[], tag: string): boolean {
  return tags.some((one) => sameLabel(one, tag));
}

/** Tags of the second list that the first lacks; Azure DevOps compares them without case. */
export function missingIn(first: readonly string[], second: readonly string[]): string[] {
  const known = new Set(first.map((tag) => tag.toLowerCase()));
  return second.filter((tag) => !known.has(tag.toLowerCase()));
}
