import type { RawBuilder } from "kysely";
import { sql } from "kysely";

/** Tags as the text of one column, `[gpu][linux]`: no tag holds a bracket. */
export const writeTags = (tags: readonly string[]): string => tags.map(written).join("");

export const readTags = (text: string): string[] => text.split(/[[\]]+/).filter((tag) => tag !== "");

const written = (tag: string): string => `[${tag}]`;

/** Whether a run asks for no other tags than these: nothing is left of its text when they are taken out. */
export function asksOnlyFor(column: RawBuilder<unknown>, tags: readonly string[]): RawBuilder<boolean> {
  const left = tags.reduce(
    (text, tag) => sql`replace(${text}, cast(${written(tag)} as text), '')`,
    sql`coalesce(${column}, '')`,
  );
  return sql`${left} = ''`;
}
