import type { Repo } from "../../core/event.ts";

/** A path of the API with its parts encoded: names of projects and repositories may hold blanks. */
export function at(words: TemplateStringsArray, ...parts: readonly (string | number)[]): string {
  return words.reduce((path, word, index) => `${path}${encodeURIComponent(parts[index - 1] ?? "")}${word}`);
}

/** A repository as the API names it. */
export interface Place {
  /** Id of the project, else its name. */
  readonly project: string;
  /** Name of the repository, else its id: the API takes both. */
  readonly repository: string;
}

/**
 * The id that we give a repository: the project's id and the repository's name. A work item knows its project alone,
 * and the owner names the repository that goes with it; so that its runs and the pushes that they make meet in one
 * place, both have the name. A repository that is renamed is another one to us.
 */
export function repoId(projectId: string, repository: string): string {
  return `${projectId}/${repository}`.toLowerCase();
}

export function placeOf({ id, fullName }: Pick<Repo, "id" | "fullName">): Place {
  const slash = id.indexOf("/");
  if (slash === -1) return { project: projectOf(fullName), repository: id };
  return { project: id.slice(0, slash), repository: id.slice(slash + 1) };
}

/** The path of a repository in the API. */
export function repositoryPath(repo: Repo): string {
  const { project, repository } = placeOf(repo);
  return at`/${project}/_apis/git/repositories/${repository}`;
}

/** The path of a pull request in the API. */
export function pullRequestPath(repo: Repo, number: number): string {
  return `${repositoryPath(repo)}/pullRequests/${number}`;
}

/** The path of a work item in the API. Numbers of work items count through the whole organization. */
export function workItemPath(repo: Repo, number: number): string {
  return at`/${placeOf(repo).project}/_apis/wit/workItems/${number}`;
}

/** The pages of a repository, as people open them: base, project, `/_git/`, repository. */
export function pagesOf(base: string, { fullName }: Pick<Repo, "fullName">): string {
  const [project = "", repository = ""] = fullName.split("/");
  return `${base}${at`/${project}/_git/${repository}`}`;
}

/** The page of a work item. */
export function workItemPage(base: string, { fullName }: Pick<Repo, "fullName">, number: number): string {
  return `${base}${at`/${projectOf(fullName)}/_workitems/edit/${number}`}`;
}

/** Name of the project in a full name. */
function projectOf(fullName: string): string {
  return fullName.split("/")[0] ?? "";
}

/** Whether a repository is called like its project, as Azure DevOps makes it with the project. */
export function isCalledLikeProject({ fullName }: Pick<Repo, "fullName">): boolean {
  const [project = "", name] = fullName.toLowerCase().split("/");
  return project === name;
}
