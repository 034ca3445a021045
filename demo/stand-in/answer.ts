import { createHash } from "node:crypto";

/** What a stand-in answers to one request. A text is sent as it is, anything else as JSON. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An answer with the tag of what it says, or 304 where the request already has that (`If-None-Match`). Only what was found
 * has a tag.
 */
export function tagged(answer: Answer, known: string | undefined): Answer {
  if (answer.status !== 200) return answer;
  const etag = `W/"${createHash("sha256").update(JSON.stringify(answer.body)).digest("hex")}"`;
  const headers = { ...answer.headers, etag };
  return known === etag ? { status: 304, headers } : { ...answer, headers };
}

/** One page of a list, and where it stands in it. */
export interface Page {
  readonly shown: readonly unknown[];
  readonly page: number;
  readonly size: number;
  readonly last: number;
  /** A `Link` header to the pages around; empty where there is but one. */
  readonly link: string;
}

/** The page of a list that `per_page` (100 at most) and `page` ask for. */
export function pageOf(items: readonly unknown[], url: URL, usual: number): Page {
  const size = Math.min(Number(url.searchParams.get("per_page") ?? usual), 100);
  const page = Number(url.searchParams.get("page") ?? 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const links = { prev: page - 1, next: page + 1, last, first: 1 };
  const around = Object.entries(links).filter(([name]) =>
    name === "last" || name === "next" ? page < last : page > 1,
  );
  const link = around.map(([name, number]) => `<${withPage(url, number)}>; rel="${name}"`).join(", ");
  return { shown: items.slice((page - 1) * size, page * size), page, size, last, link };
}

function withPage(url: URL, page: number): string {
  const other = new URL(url);
  other.searchParams.set("page", String(page));
  return other.href;
}
