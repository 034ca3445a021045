import type { Repo } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import type { Line } from "./line.ts";
import { at, placeOf, repositoryPath } from "./place.ts";
import { Definitions, Policies, Repository } from "./replies.ts";

/** The types of policies that want a build or a status. Source: Azure DevOps docs, "Policy types". */
const BUILD = "0609b952-1397-4640-95ec-e00a01b2c241";
const STATUS = "cbdc66da-9728-4af8-aada-9a5a32e4a226";

/** What the policies of a branch ask for. */
export function policies(line: Line) {
  /** The policies of a branch that keep from merging, page by page. */
  async function blocking(repo: Repo, branch: string, signal?: AbortSignal) {
    const { id: repositoryId } = await line.ask({ path: repositoryPath(repo), reply: Repository, signal });
    const path = at`/${placeOf(repo).project}/_apis/git/policy/configurations`;
    const found: Policy[] = [];
    let next: string | undefined;
    do {
      const query = {
        repositoryId,
        refName: `refs/heads/${branch}`,
        ...(next === undefined ? {} : { continuationToken: next }),
      };
      const answer = await line.page({ path, query, reply: Policies, signal });
      found.push(...answer.page.value);
      ({ next } = answer);
    } while (next !== undefined);
    return found.filter((one) => one.isEnabled === true && one.isBlocking === true && one.isDeleted !== true);
  }

  /** Builds tell of themselves by the name of their pipeline, of which a policy has the number alone. */
  async function namesOf(repo: Repo, ids: readonly number[], signal?: AbortSignal): Promise<string[]> {
    if (ids.length === 0) return [];
    const path = at`/${placeOf(repo).project}/_apis/build/definitions`;
    const query = { definitionIds: ids.join(",") };
    const { value } = await line.ask({ path, query, reply: Definitions, signal });
    return value.filter(({ id }) => ids.includes(id)).map(({ name }) => name);
  }

  return {
    /** Pipelines by name, and statuses by genre and name, as they are shown. */
    async requiredChecks(repo, branch, signal) {
      const found = await blocking(repo, branch, signal);
      const builds = found
        .filter(({ type }) => type.id.toLowerCase() === BUILD)
        .flatMap(({ settings }) => settings?.buildDefinitionId ?? []);
      const statuses = found
        .filter(({ type }) => type.id.toLowerCase() === STATUS)
        .flatMap(({ settings }) => {
          const name = settings?.statusName;
          return name ? [settings.statusGenre ? `${settings.statusGenre}/${name}` : name] : [];
        });
      return [...new Set([...(await namesOf(repo, builds, signal)), ...statuses])];
    },
  } satisfies Partial<Forge>;
}

type Policy = Policies["value"][number];
