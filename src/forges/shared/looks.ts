import { createHash } from "node:crypto";

import type { ListedBranch, Looked } from "../../core/listings.ts";

/** A short text that is the same as long as all of these are, in whatever order they come. */
export function digestOf(texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts.toSorted())).digest("base64url");
}

/** A look at what cannot be asked for changes alone: all of it, unless it is what it was at the mark. */
export function lookAtAll<Item>(
  items: readonly Item[],
  textOf: (item: Item) => string,
  { mark, requests }: { readonly mark: string | undefined; readonly requests: number },
): Looked<Item> {
  const digest = digestOf(items.map(textOf));
  if (digest === mark) return { kind: "unchanged", requests };
  return { kind: "listed", items, whole: true, mark: digest, requests };
}

/** A branch as a text that changes when it does. */
export const branchText = ({ name, sha }: ListedBranch): string => `${sha} ${name}`;
