import type { Answer } from "../stand-in/answer.ts";
import type { Request, Route as AnyRoute, Signature } from "../stand-in/route.ts";
import type { Account, Repository, Thread } from "../stand-in/state.ts";
import { notFound, Refusal } from "./answer.ts";
import type { Needs } from "./callers.ts";
import { allow } from "./callers.ts";
import type { App, Caller, GitHubState } from "./state.ts";
import { findThread } from "./state.ts";

/** One request, as a route gets it. */
export interface Asked extends Request {
  readonly state: GitHubState;
  readonly caller: Caller;
}

export type Route = AnyRoute<Asked>;

/** An operation on a repository, by somebody who may do it. */
export function onRepository(
  route: Signature,
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

/** The App that asks. Throws 401 where it is somebody else. */
export function appOf({ state, caller }: Asked): App {
  if (caller.kind !== "app" || state.app === undefined) {
    throw new Refusal(401, "A JSON web token could not be decoded");
  }
  return state.app;
}
