import type { Repo } from "../../core/event.ts";
import type { JsonApi, JsonCall } from "../shared/json-api.ts";
import type { Pages } from "../shared/pages.ts";
import { readPages } from "../shared/pages.ts";
import { encodePath } from "../shared/path.ts";

/** Whom a call is about: the repository of a full name. */
type Named = Pick<Repo, "fullName">;

/** Asks the API. Throws coded errors, and the reason of the signal. */
export interface Line {
  /** Ask about a repository: the path is below that of the repository. */
  ask<T>(repo: Named, call: JsonCall<T>): Promise<T>;
  /** Ask about no repository. */
  askServer<T>(call: JsonCall<T>): Promise<T>;
  /** The pages of a list about a repository, each as its own answer, as far as somebody wants them. */
  pages<T>(repo: Named, call: JsonCall<readonly T[]>): AsyncIterable<readonly T[]>;
  /** The same for a list about no repository. */
  serverPages<T>(call: JsonCall<readonly T[]>): AsyncIterable<readonly T[]>;
  /**
   * A list about a repository that says whether it goes on, which saves an empty page at its end: issues, pull requests
   * and branches do. Source: routers/api/v1/repo, `SetLinkHeader`.
   */
  list<T>(
    repo: Named,
    call: JsonCall<readonly T[]>,
    isEnough?: (page: readonly T[]) => boolean,
  ): Promise<Pages<T>>;
}

/** The most that a server hands out at once unless its `MAX_RESPONSE_ITEMS` is another; more is cut silently. */
const PAGE_SIZE = 50;

export function openLine(api: JsonApi): Line {
  const askPage = <T>(call: JsonCall<readonly T[]>, page: number) =>
    api({ ...call, query: { ...call.query, page, limit: PAGE_SIZE } });

  /**
   * Only an empty page is the last one for sure: some lists send no links, and where a server takes out what we may not
   * see, a page in the middle is short. A server that does not page sends the same again.
   */
  async function* pages<T>(call: JsonCall<readonly T[]>) {
    let before = "";
    for (let page = 1; ; page += 1) {
      const { data, text } = await askPage(call, page);
      if (data.length === 0 || text === before) return;
      yield data;
      before = text;
    }
  }

  const about = <T>({ fullName }: Named, call: JsonCall<T>): JsonCall<T> => ({
    ...call,
    path: `/repos/${encodePath(fullName)}${call.path}`,
  });

  return {
    ask: async (repo, call) => (await api(about(repo, call))).data,
    askServer: async (call) => (await api(call)).data,
    pages: (repo, call) => pages(about(repo, call)),
    serverPages: pages,
    list: (repo, call, isEnough) => readPages((page) => askPage(about(repo, call), page), isEnough),
  };
}
