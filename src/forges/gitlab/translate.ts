import type { Actor, Issue, PullRequest, Repo } from "../../core/event.ts";
import type * as payloads from "./payloads.ts";

/** GitLab's shapes in our words: ids become text, iids numbers, a text that is null is empty. */
export function actorOf({ id, username }: payloads.User): Actor {
  return { id: id ? String(id) : "", login: username, ...(MACHINE.test(username) ? { bot: true } : {}) };
}

/**
 * Names of accounts that belong to a program: of access tokens of projects and groups, of service accounts, and the one
 * that has what deleted accounts left. Source: GitLab docs, "Project access tokens", "Service accounts", "Deleting a user".
 */
const MACHINE = /^(?:(?:project|group)_\d+_bot|service_account_|ghost\d*$)/;

/** The author among the people that a payload names; undefined where it names only the number. */
function authorIn(id: number | null | undefined, people: readonly payloads.User[]): Actor | undefined {
  const author = people.find((one) => one.id && one.id === id);
  return author && actorOf(author);
}

/** The project of a payload; undefined where nothing in it says the id. */
export function repoOf(payload: payloads.Place): Repo | undefined {
  const { project, project_id: pushed, object_attributes: attributes } = payload;
  const id = project.id ?? pushed ?? attributes?.project_id ?? attributes?.target_project_id;
  if (id === undefined || id === null) return undefined;
  return {
    id: String(id),
    fullName: project.path_with_namespace,
    ...(project.default_branch ? { defaultBranch: project.default_branch } : {}),
  };
}

/** The mark of what only some people may see: said by the header, the type of the event or any of the flags. */
export function secrecy(
  hidden: boolean,
  type: string | null | undefined,
  ...flags: readonly (boolean | null | undefined)[]
): { confidential?: true } {
  const secret = hidden || Boolean(type?.startsWith("confidential_")) || flags.includes(true);
  return secret ? { confidential: true } : {};
}

/** `people`: those whom the payload names with their logins. */
export function issueOf(
  issue: payloads.Issue,
  people: readonly payloads.User[],
  labels = issue.labels,
): Issue {
  return { ...threadOf(issue, people, labels), state: issue.state === "opened" ? "open" : "closed" };
}

export function pullRequestOf(
  request: payloads.MergeRequest,
  repo: Repo,
  people: readonly payloads.User[],
  labels = request.labels,
): PullRequest {
  const fork = isFork(request);
  const source = request.source?.path_with_namespace ?? (fork ? null : repo.fullName);
  return {
    ...threadOf(request, people, labels),
    state: stateOf(request.state),
    ...(request.source_branch ? { source: { branch: request.source_branch, repo: source } } : {}),
    ...(request.target_branch ? { target: { branch: request.target_branch } } : {}),
    ...(request.last_commit ? { headSha: request.last_commit.id } : {}),
    fork,
    draft: request.draft ?? request.work_in_progress ?? false,
  };
}

/** A merge request that is locked is being merged, which may still fail. */
export function stateOf(state: payloads.MergeRequest["state"]): PullRequest["state"] {
  if (state === "merged" || state === "closed") return state;
  return "open";
}

/**
 * Whether the source is another project, or one that is gone. Where ids and names disagree, or nothing says it, it is
 * someone else's code.
 */
function isFork({ source_project_id, target_project_id, source, target }: payloads.MergeRequest): boolean {
  const from = source?.path_with_namespace;
  const to = target?.path_with_namespace;
  const sameId = isSame(source_project_id, target_project_id);
  const sameName = isSame(from, to);
  return sameId === false || sameName === false || (sameId ?? sameName) === undefined;
}

/** Whether two are the same; undefined where neither is there. */
function isSame<T>(one: T | null | undefined, other: T | null | undefined): boolean | undefined {
  const [first, second] = [one ?? undefined, other ?? undefined];
  return first === undefined && second === undefined ? undefined : first === second;
}

function threadOf(
  { iid, title, description, url, author_id: writer }: payloads.Issue | payloads.MergeRequest,
  people: readonly payloads.User[],
  labels: readonly payloads.Label[] | null | undefined,
): Omit<Issue, "state"> {
  const author = authorIn(writer, people);
  return {
    number: iid,
    title,
    body: description ?? "",
    labels: labels?.map(({ title: name }) => name) ?? [],
    ...(url ? { url } : {}),
    ...(author === undefined ? {} : { author }),
  };
}
