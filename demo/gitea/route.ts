import type { Answer } from "../stand-in/answer.ts";
import type { Request, Route as AnyRoute, Signature } from "../stand-in/route.ts";
import type { Account, Repository, Role, Thread } from "../stand-in/state.ts";
import { notFound } from "./answer.ts";
import { allow } from "./callers.ts";
import type { GiteaState } from "./state.ts";
import { findThread } from "./state.ts";

/** One request, as a route gets it. */
export interface Asked extends Request {
  readonly state: GiteaState;
  readonly actor: Account;
}

export type Route = AnyRoute<Asked>;

/** A request about a repository. */
export type AskedOfRepository = Asked & { readonly repository: Repository };
/** A request about an issue or a pull request. */
export type AskedOfThread = AskedOfRepository & { readonly thread: Thread };

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** An operation on a repository, by somebody who may do it. `rest`: what follows its full name. */
export function onRepository(
  method: Method,
  rest: "" | `/${string}`,
  needed: Role,
  answer: (asked: AskedOfRepository) => Answer | Promise<Answer>,
): Route {
  const route: Signature = `${method} /repos/{owner}/{repo}${rest}`;
  return {
    route,
    answer: (asked) => {
      const { owner = "", repo = "" } = asked.parameters;
      const fullName = `${owner}/${repo}`.toLowerCase();
      const repository = asked.state.repositories.find((one) => one.fullName.toLowerCase() === fullName);
      if (repository === undefined) throw notFound();
      allow(asked.actor, repository, needed);
      return answer({ ...asked, repository });
    },
  };
}

/** An operation on an issue or a pull request. `rest`: what follows the number. */
export function onThread(
  method: Method,
  rest: "" | `/${string}`,
  needed: Role,
  answer: (asked: AskedOfThread) => Answer | Promise<Answer>,
): Route {
  return onRepository(method, `/issues/{index}${rest}`, needed, (asked) => {
    const thread = findThread(asked.repository, Number(asked.parameters.index));
    if (thread === undefined) throw notFound();
    return answer({ ...asked, thread });
  });
}
