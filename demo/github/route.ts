import type { Answer } from "./answer.ts";
import { notFound } from "./answer.ts";
import type { Needs } from "./callers.ts";
import { allow } from "./callers.ts";
import type { Account, Caller, Repository, State, Thread } from "./state.ts";
import { findThread } from "./state.ts";

/** One request, as a route gets it. */
export interface Asked {
  readonly state: State;
  readonly caller: Caller;
  /** What stands in the path, decoded, by the names of the route. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly url: URL;
  /** The body as data; an empty object where there was none. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** One operation of the API: method and path as GitHub's description writes them. */
export interface Route {
  readonly route: `${"GET" | "POST" | "PATCH" | "DELETE"} /${string}`;
  answer(asked: Asked): Answer | Promise<Answer>;
}

/** An operation on a repository, by somebody who may do it. */
export function onRepository(
  route: Route["route"],
  needs: Needs,
  answer: (asked: Asked & { repository: Repository; actor: Account }) => Answer | Promise<Answer>,
): Route {
  return {
    route,
    answer: (asked) => {
      const { state, caller, parameters } = asked;
      const fullName = `${parameters.owner ?? ""}/${parameters.repo ?? ""}`;
      const repository = state.repositories.find(
        (one) => one.fullName.toLowerCase() === fullName.toLowerCase(),
      );
      if (repository === undefined) throw notFound();
      allow(caller, repository, needs);
      if (caller.kind === "app") throw notFound();
      return answer({ ...asked, repository, actor: caller.account });
    },
  };
}

/** The issue or pull request of the path. Throws 404. */
export function threadOf({
  repository,
  parameters,
}: {
  repository: Repository;
  parameters: Asked["parameters"];
}): Thread {
  const thread = findThread(repository, Number(parameters.number));
  if (thread === undefined) throw notFound();
  return thread;
}

/** A text of the body; undefined where it is none. */
export function textIn(body: Asked["body"], name: string): string | undefined {
  const value = body[name];
  return typeof value === "string" ? value : undefined;
}

/** The route of a request with what stands in its path; undefined where the API has none. */
export function routeOf(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; parameters: Record<string, string> } | undefined {
  for (const route of routes) {
    const [verb, pattern = ""] = route.route.split(" ");
    const found = verb === method ? patternOf(pattern).exec(path) : null;
    if (found === null) continue;
    const parts = Object.entries(found.groups ?? {});
    return {
      route,
      parameters: Object.fromEntries(parts.map(([name, part]) => [name, decodeURIComponent(part)])),
    };
  }
  return undefined;
}

/** A parameter stands for one segment; a file's path for all that follow. */
function patternOf(pattern: string): RegExp {
  const source = pattern.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === "path" ? "(?<path>.+)" : `(?<${name}>[^/]+)`,
  );
  return new RegExp(`^${source}$`);
}
