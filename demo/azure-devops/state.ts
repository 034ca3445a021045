import { commitOf } from "../stand-in/git.ts";
import type { Account, Repository, State, Thread } from "../stand-in/state.ts";

/** A status on a pull request, as it was set at one time. */
export interface PullStatus {
  readonly thread: Thread;
  readonly iterationId: number | undefined;
  readonly state: string;
  /** Genre, slash and name. */
  readonly context: string;
}

/** All that a stand-in for Azure DevOps knows. */
export interface AzureState extends State {
  /** Whose access token it is, by token. */
  readonly tokens: ReadonlyMap<string, Account>;
  /** Oldest first. */
  readonly pullStatuses: PullStatus[];
  /** The heads that a pull request was seen with, oldest first, by its id. */
  readonly heads: Map<number, string[]>;
  /** The head of a pull request when a merge was last tried, by its id. */
  readonly tried: Map<number, string | undefined>;
  /** Who may look after service hooks, by number. */
  readonly hookKeepers: ReadonlySet<number>;
  /** Numbers of the work items that a pull request was linked to, by its id. */
  readonly workItems: Map<number, number[]>;
}

/** Azure DevOps names everything by GUIDs: this is that of a number of ours. */
export function guidOf(id: number): string {
  return `00000000-0000-4000-8000-${id.toString(16).padStart(12, "0")}`;
}

/** Name of the project, and of the repository in it. */
export function namesOf({ fullName }: Repository): { project: string; name: string } {
  const [project = "", name = ""] = fullName.split("/");
  return { project, name };
}

/** The id of a project. */
export function projectId({ repositories }: Pick<State, "repositories">, project: string): string {
  return guidOf(repositories.find((one) => namesOf(one).project === project)?.id ?? 0).replace(/^0/, "a");
}

/** A repository by the names or ids of its project and its own, in any case. */
export function findRepository(
  state: State,
  project: string,
  name: string | undefined,
): Repository | undefined {
  const is = (asked: string, ...names: string[]) =>
    names.some((one) => one.toLowerCase() === asked.toLowerCase());
  return state.repositories.find((one) => {
    const names = namesOf(one);
    return (
      is(project, names.project, projectId(state, names.project)) &&
      (name === undefined || is(name, names.name, guidOf(one.id)))
    );
  });
}

/** The revision of a work item: one for each thing that happened to it. */
export function revisionOf({ events, comments }: Thread): number {
  return 1 + events.length + comments.length;
}

/** The pushes to a pull request: one more whenever its branch has moved since it was last looked at. */
export async function headsOf(state: AzureState, { id, pull }: Thread): Promise<readonly string[]> {
  const heads = state.heads.get(id) ?? [];
  state.heads.set(id, heads);
  if (pull === undefined) return heads;
  const head = await commitOf(state.root, pull.head.repository, `refs/heads/${pull.head.branch}`);
  if (head !== undefined && heads.at(-1) !== head) heads.push(head);
  return heads;
}
