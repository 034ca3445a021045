import type { ListedBranch, Looked } from "../../core/listings.ts";
import { digestOf } from "./marks.ts";

/** A list that was read in whole. */
interface WholeList<Item> {
  readonly items: readonly Item[];
  readonly requests: number;
}

/**
 * A look at a list of which the forge can only tell the whole: unchanged where it says what it said when the mark was
 * made. `textOf`: what is to be noticed of an item.
 */
export function lookAtAll<Item>(
  { items, requests }: WholeList<Item>,
  mark: string | undefined,
  textOf: (item: Item) => string,
): Looked<Item> {
  const now = digestOf(items.map(textOf));
  if (now === mark) return { kind: "unchanged", requests };
  return { kind: "listed", items, whole: true, mark: now, requests };
}

/** A list out of its pages, each of which is one request. */
export async function wholeOf<Item>(pages: AsyncIterable<readonly Item[]>): Promise<WholeList<Item>> {
  const items: Item[] = [];
  let requests = 0;
  for await (const page of pages) {
    items.push(...page);
    requests += 1;
  }
  return { items, requests };
}

/** A branch as a text that changes when it does. */
export const branchText = ({ name, sha }: ListedBranch): string => `${sha} ${name}`;
