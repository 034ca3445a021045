import type { Answer } from "../stand-in/answer.ts";
import type { Request, Route as AnyRoute, Signature } from "../stand-in/route.ts";
import type { Account, Repository, Role, Thread } from "../stand-in/state.ts";
import { notFound } from "./answer.ts";
import { allow } from "./callers.ts";
import type { BitbucketState, Row } from "./state.ts";
import { partsOf, rowOf, uuidOf } from "./state.ts";

/** One request, as a route gets it. */
export interface Asked extends Request {
  readonly state: BitbucketState;
  readonly actor: Account;
}

export type Route = AnyRoute<Asked>;

/** A request about a repository. */
export type AskedOfRepository = Asked & { readonly repository: Repository };
/** A request about an issue or a pull request. */
export type AskedOfThread = AskedOfRepository & { readonly thread: Thread };

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** An operation on a repository, named by its slug or its UUID, by somebody who may do it. */
export function onRepository(
  method: Method,
  rest: "" | `/${string}`,
  needed: Role,
  answer: (asked: AskedOfRepository) => Answer | Promise<Answer>,
): Route {
  return about(`${method} /repositories/{workspace}/{repo_slug}${rest}`, needed, answer);
}

/** The same below a path of another form. */
export function about(
  route: Signature,
  needed: Role,
  answer: (asked: AskedOfRepository) => Answer | Promise<Answer>,
): Route {
  return {
    route,
    answer: (asked) => {
      const { workspace, repo_slug: slug } = asked.parameters;
      const repository = asked.state.repositories.find((one) => {
        const parts = partsOf(one);
        return parts.workspace === workspace && (parts.slug === slug || uuidOf(one) === slug);
      });
      if (repository === undefined) throw notFound("Repository");
      allow(asked.actor, repository, needed);
      return answer({ ...asked, repository });
    },
  };
}

/** The same operation on issues and on pull requests, each in a row of its own. `rest`: what follows the number. */
export function onThreads(
  method: Method,
  rest: "" | `/${string}`,
  answer: (asked: AskedOfThread) => Answer | Promise<Answer>,
): Route[] {
  const rows: readonly Row[] = ["issues", "pullrequests"];
  return rows.map((row) =>
    onRepository(method, `/${row}/{number}${rest}`, "read", (asked) => {
      const number = Number(asked.parameters.number);
      const thread = asked.repository.threads.find((one) => one.number === number && rowOf(one) === row);
      if (thread === undefined) throw notFound();
      return answer({ ...asked, thread });
    }),
  );
}
