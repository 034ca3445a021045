import type { Answer } from "../stand-in/answer.ts";
import type { Request, Route as AnyRoute, Signature } from "../stand-in/route.ts";
import type { Account, Repository, Role, Thread } from "../stand-in/state.ts";
import { notFound } from "./answer.ts";
import { allow } from "./callers.ts";
import type { AzureState } from "./state.ts";
import { findRepository } from "./state.ts";

/** One request, as a route gets it. `data`: its body, which for some calls is a list. */
export interface Asked extends Request {
  readonly state: AzureState;
  readonly actor: Account;
  readonly data: unknown;
  /** Content type of the body, without parameters. */
  readonly type: string;
}

export type Route = AnyRoute<Asked>;

/** A request about a repository. */
export type AskedOfRepository = Asked & { readonly repository: Repository };
/** A request about a work item or a pull request. */
export type AskedOfThread = AskedOfRepository & { readonly thread: Thread };

type Verb = "GET" | "POST" | "PATCH" | "DELETE";
type Rest = "" | `/${string}`;

/** An operation on a repository, named by project and name or id, by somebody who may do it. */
export function onRepository(
  verb: Verb,
  rest: Rest,
  needed: Role,
  answer: (asked: AskedOfRepository) => Answer | Promise<Answer>,
): Route {
  return {
    route: `${verb} /{project}/_apis/git/repositories/{repository}${rest}` satisfies Signature,
    answer: (asked) => {
      const { project = "", repository: name = "" } = asked.parameters;
      const repository = findRepository(asked.state, project, name);
      if (repository === undefined) throw notFound(`The Git repository ${name}`);
      allow(asked.actor, repository, needed);
      return answer({ ...asked, repository });
    },
  };
}

/** An operation on a pull request. */
export function onPull(
  verb: Verb,
  rest: Rest,
  needed: Role,
  answer: (asked: AskedOfThread) => Answer | Promise<Answer>,
  word: "pullRequests" | "pullrequests" = "pullRequests",
): Route {
  return onRepository(verb, `/${word}/{number}${rest}`, needed, (asked) => {
    const number = Number(asked.parameters.number);
    const thread = asked.repository.threads.find((one) => one.pull !== undefined && one.number === number);
    if (thread === undefined) throw notFound(`The pull request ${number}`);
    return answer({ ...asked, thread });
  });
}

/** An operation on the work items of a project. */
export function onProject(
  verb: Verb,
  path: `/${string}`,
  needed: Role,
  answer: (asked: AskedOfRepository) => Answer | Promise<Answer>,
): Route {
  return {
    route: `${verb} /{project}/_apis/wit${path}` satisfies Signature,
    answer: (asked) => {
      const repository = findRepository(asked.state, asked.parameters.project ?? "", undefined);
      if (repository === undefined) throw notFound(`The project ${asked.parameters.project ?? ""}`);
      allow(asked.actor, repository, needed);
      return answer({ ...asked, repository });
    },
  };
}

/** An operation on a work item, which belongs to a project. */
export function onWorkItem(
  verb: Verb,
  rest: Rest,
  needed: Role,
  answer: (asked: AskedOfThread) => Answer | Promise<Answer>,
): Route {
  return onProject(verb, `/workItems/{number}${rest}`, needed, (asked) => {
    const number = Number(asked.parameters.number);
    const thread = asked.repository.threads.find((one) => one.pull === undefined && one.number === number);
    if (thread === undefined) throw notFound(`Work item ${number}`);
    return answer({ ...asked, thread });
  });
}
