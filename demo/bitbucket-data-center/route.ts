import type { Answer } from "../stand-in/answer.ts";
import type { Request, Route as AnyRoute, Signature } from "../stand-in/route.ts";
import type { Account, Pull, Repository, Role, Thread } from "../stand-in/state.ts";
import { notFound, unauthenticated } from "./answer.ts";
import { allow } from "./callers.ts";
import type { BitbucketState } from "./state.ts";

/** One request, as a route gets it. */
export interface Asked extends Request {
  readonly state: BitbucketState;
  readonly actor: Account | undefined;
}

export type Route = AnyRoute<Asked>;

export type PullThread = Thread & { readonly pull: Pull };
export type AskedOfRepository = Asked & { readonly actor: Account; readonly repository: Repository };
export type AskedOfPull = AskedOfRepository & { readonly thread: PullThread };

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** The path of a repository as the API writes it. */
const REPOSITORY = "/api/latest/projects/{project}/repos/{slug}";

/** An operation on a repository, by somebody who may do it. Keys and slugs are found in any case. */
export function onRepository(
  method: Method,
  rest: "" | `/${string}`,
  needed: Role,
  answer: (asked: AskedOfRepository) => Answer | Promise<Answer>,
): Route {
  return {
    route: `${method} ${REPOSITORY}${rest}` satisfies Signature,
    answer: (asked) => {
      const { state, actor, parameters } = asked;
      if (actor === undefined) throw unauthenticated();
      const name = `${parameters.project ?? ""}/${parameters.slug ?? ""}`;
      const repository = state.repositories.find(
        ({ fullName }) => fullName.toLowerCase() === name.toLowerCase(),
      );
      if (repository === undefined)
        throw notFound("repository.NoSuchRepositoryException", `Repository ${name}`);
      allow(actor, repository, needed);
      return answer({ ...asked, actor, repository });
    },
  };
}

/** An operation on a project, by somebody who administers it. Its key is found in any case. */
export function onProject(
  method: Method,
  rest: `/${string}`,
  answer: (asked: Asked & { readonly key: string }) => Answer | Promise<Answer>,
): Route {
  return {
    route: `${method} /api/latest/projects/{project}${rest}` satisfies Signature,
    answer: (asked) => {
      const { state, actor, parameters } = asked;
      if (actor === undefined) throw unauthenticated();
      const { project = "" } = parameters;
      const within = state.repositories.filter(({ fullName }) =>
        fullName.toLowerCase().startsWith(`${project.toLowerCase()}/`),
      );
      const [first] = within;
      if (first === undefined) throw notFound("project.NoSuchProjectException", `Project ${project}`);
      for (const repository of within) allow(actor, repository, "admin");
      return answer({ ...asked, key: first.fullName.slice(0, project.length) });
    },
  };
}

/** An operation on a pull request. `rest`: what follows its number. */
export function onPull(
  method: Method,
  rest: "" | `/${string}`,
  answer: (asked: AskedOfPull) => Answer | Promise<Answer>,
): Route {
  return onRepository(method, `/pull-requests/{number}${rest}`, "read", (asked) => {
    const { number = "" } = asked.parameters;
    const thread = asked.repository.threads.find((one) => String(one.number) === number);
    if (thread === undefined || !isPull(thread)) {
      throw notFound("pull.NoSuchPullRequestException", `Pull request ${number}`);
    }
    return answer({ ...asked, thread });
  });
}

export function isPull(thread: Thread): thread is PullThread {
  return thread.pull !== undefined;
}
