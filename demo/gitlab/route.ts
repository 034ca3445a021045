import type { Answer } from "../stand-in/answer.ts";
import type { Request, Route as AnyRoute, Signature } from "../stand-in/route.ts";
import type { Account, Repository, Role, Thread } from "../stand-in/state.ts";
import { notFound } from "./answer.ts";
import { allow } from "./callers.ts";
import type { GitLabState, Row } from "./state.ts";
import { findThread } from "./state.ts";

/** One request, as a route gets it. */
export interface Asked extends Request {
  readonly state: GitLabState;
  readonly actor: Account;
}

export type Route = AnyRoute<Asked>;

/** A request about a project. */
export type AskedOfProject = Asked & { readonly repository: Repository };
/** A request about an issue or a merge request. */
export type AskedOfThread = AskedOfProject & { readonly thread: Thread };

/** An operation on a project, named by number or by its encoded path, by somebody who may do it. */
export function onProject(
  route: Signature,
  needed: Role,
  answer: (asked: AskedOfProject) => Answer | Promise<Answer>,
): Route {
  return {
    route,
    answer: (asked) => {
      const { id = "" } = asked.parameters;
      const repository = asked.state.repositories.find(
        (one) => String(one.id) === id || one.fullName.toLowerCase() === id.toLowerCase(),
      );
      if (repository === undefined) throw notFound("Project");
      allow(asked.actor, repository, needed);
      return answer({ ...asked, repository });
    },
  };
}

/** The same operation on issues and on merge requests, each in a row of its own. `rest`: what follows the number. */
export function onThreads(
  method: "GET" | "POST" | "PUT",
  rest: "" | `/${string}`,
  needed: Role,
  answer: (asked: AskedOfThread) => Answer | Promise<Answer>,
): Route[] {
  const rows: readonly Row[] = ["issues", "merge_requests"];
  return rows.map((row) =>
    onProject(`${method} /projects/{id}/${row}/{iid}${rest}`, needed, (asked) => {
      const thread = findThread(asked.repository, row, Number(asked.parameters.iid));
      if (thread === undefined) throw notFound();
      return answer({ ...asked, thread });
    }),
  );
}
