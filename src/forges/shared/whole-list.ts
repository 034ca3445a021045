import { createHash } from "node:crypto";

import type { Looked } from "../../core/listings.ts";

/**
 * A look at a list of which the forge can only tell the whole: unchanged where it says what it said when the mark was
 * made. `tell`: what is to be noticed of an item.
 */
export async function lookAtWhole<Item>(
  pages: AsyncIterable<readonly Item[]>,
  mark: string | undefined,
  tell: (item: Item) => string,
): Promise<Looked<Item>> {
  const items: Item[] = [];
  let requests = 0;
  for await (const page of pages) {
    items.push(...page);
    requests += 1;
  }
  const now = markOf(items.map(tell));
  return now === mark
    ? { kind: "unchanged", requests }
    : { kind: "listed", items, whole: true, mark: now, requests };
}

function markOf(texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("base64url");
}
