import { z } from "zod";

import type { Repo } from "../../core/event.ts";
import type { Question, Rest } from "../shared/rest.ts";

/** Asks the API, about a repository or not; and lists page by page. Throws coded errors only. */
export interface Line extends Rest {
  /** The pages of a list, each as its entries, as far as somebody wants them. */
  pages<T>(entry: z.ZodType<T>, question: Question): AsyncIterable<readonly T[]>;
}

/** Entries of a page: 50 is the most that lists of pull requests are said to give, others give 100. */
const PAGE_SIZE = 50;

/** The line over an API: the address of the next page is followed as it is, which our fetch keeps to one origin. */
export function openLine(rest: Rest): Line {
  return {
    ...rest,
    async *pages(entry, question) {
      const Page = z.object({ values: z.array(entry), next: z.url().nullish() });
      const { signal } = question;
      const first: Question = { ...question, query: { ...question.query, pagelen: PAGE_SIZE } };
      for (let next: Question | undefined = first; next !== undefined;) {
        const page: z.infer<typeof Page> = await rest.ask(Page, next);
        yield page.values;
        next = page.next ? { path: page.next, signal } : undefined;
      }
    },
  };
}

/**
 * The path of a repository: its workspace, and its id in place of its name, so that a rename does not matter. The braces
 * of an id must be encoded. Source: Bitbucket Cloud docs, "REST API", UUIDs.
 */
export function pathOf({ id, fullName }: Pick<Repo, "id" | "fullName">): string {
  return `/repositories/${encodeURIComponent(workspaceOf(fullName))}/${encodeURIComponent(id)}`;
}

/** The workspace of a full name. */
export function workspaceOf(fullName: string): string {
  return fullName.slice(0, Math.max(0, fullName.indexOf("/")));
}

/** A text in a filter, as its language quotes it. Source: Bitbucket Cloud docs, "Filter and sort API objects". */
export function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
