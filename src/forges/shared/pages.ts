import type { JsonAnswer } from "./json-api.ts";

/** What was read of a list that comes in pages. */
export interface Pages<T> {
  /** Something may be there twice: what is changed meanwhile moves between the pages. */
  readonly items: readonly T[];
  /** False where somebody had enough before the end. */
  readonly whole: boolean;
  readonly requests: number;
  /** When the first page was answered, by the forge's own clock: nothing that it left out was there before. */
  readonly at: Date;
}

/**
 * Read a list whose answers say by a `Link` header that it goes on, until it does not, or `isEnough` of a page. The
 * address in the header is not called, since behind a proxy it can be another one: pages are counted.
 */
export async function readPages<T>(
  ask: (page: number) => Promise<JsonAnswer<readonly T[]>>,
  isEnough: (page: readonly T[]) => boolean = () => false,
): Promise<Pages<T>> {
  const items: T[] = [];
  let at: Date | undefined;
  for (let page = 1; ; page += 1) {
    const { data, headers } = await ask(page);
    at ??= clockOf(headers);
    items.push(...data);
    const goesOn = data.length > 0 && hasNext(headers);
    if (!goesOn || isEnough(data)) return { items, whole: !goesOn, requests: page, at };
  }
}

function hasNext(headers: Headers): boolean {
  return /;\s*rel="?next\b/i.test(headers.get("link") ?? "");
}

/** When something was answered, by the clock of who answered; by ours where that is not told. */
function clockOf(headers: Headers): Date {
  const told = Date.parse(headers.get("date") ?? "");
  return new Date(Number.isNaN(told) ? Date.now() : told);
}
