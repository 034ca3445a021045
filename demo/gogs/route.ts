import type { Answer } from "../stand-in/answer.ts";
import type { Request, Route as AnyRoute, Signature } from "../stand-in/route.ts";
import type { Account, Repository, Role, Thread } from "../stand-in/state.ts";
import { notFound, unauthorized } from "./answer.ts";
import { allow } from "./callers.ts";
import type { GogsState } from "./state.ts";
import { findThread } from "./state.ts";

/** One request, as a route gets it. */
export interface Asked extends Request {
  readonly state: GogsState;
  /** Undefined for somebody without a token that is known. */
  readonly caller: Account | undefined;
}

export type Route = AnyRoute<Asked>;

/** A request about a repository, by somebody known. */
export type AskedOfRepository = Asked & { readonly repository: Repository; readonly actor: Account };
/** A request about an issue or a pull request. */
export type AskedOfThread = AskedOfRepository & { readonly thread: Thread };

/** An operation on a repository, by somebody who may do it. */
export function onRepository(
  route: Signature,
  needed: Role,
  answer: (asked: AskedOfRepository) => Answer | Promise<Answer>,
): Route {
  return {
    route,
    answer: (asked) => {
      const { state, caller: actor, parameters } = asked;
      if (actor === undefined) throw unauthorized();
      const repository = repositoryOf(state, parameters);
      allow(actor, repository, needed);
      return answer({ ...asked, repository, actor });
    },
  };
}

/** The repository of the path. Throws 404. */
export function repositoryOf({ repositories }: GogsState, { owner = "", repo = "" }: Asked["parameters"]) {
  const fullName = `${owner}/${repo}`.toLowerCase();
  const found = repositories.find((one) => one.fullName.toLowerCase() === fullName);
  if (found === undefined) throw notFound();
  return found;
}

/** An operation on an issue or a pull request, which the API does not tell apart. */
export function onThread(
  verb: "GET" | "POST" | "PATCH" | "DELETE",
  rest: string,
  needed: Role,
  answer: (asked: AskedOfThread) => Answer | Promise<Answer>,
): Route {
  return onRepository(`${verb} /repos/{owner}/{repo}/issues/{index}${rest}`, needed, (asked) => {
    const thread = findThread(asked.repository, Number(asked.parameters.index));
    if (thread === undefined) throw notFound();
    return answer({ ...asked, thread });
  });
}
