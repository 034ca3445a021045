import { openPull } from "../../stand-in/doings.ts";
import { branchHead, commitsBetween } from "../../stand-in/git.ts";
import { textIn } from "../../stand-in/route.ts";
import type { Thread } from "../../stand-in/state.ts";
import { notFound, paged, Refusal } from "../answer.ts";
import type { AskedOfRepository, Route } from "../route.ts";
import { onRepository } from "../route.ts";
import { DRAFT, pullShape } from "../shapes.ts";
import { findThread, threadsOf } from "../state.ts";

/** Pull requests: found, read and opened. */
export const pullRoutes: readonly Route[] = [
  /** By state alone, the newest first, or the one that was changed last: a head cannot be asked for. */
  onRepository("GET", "/pulls", "read", async ({ state, repository, url }) => {
    const found = threadsOf(repository, url).filter(({ pull }) => pull !== undefined);
    if (url.searchParams.get("sort") === "recentupdate") {
      found.sort((one, other) => Date.parse(other.updatedAt) - Date.parse(one.updatedAt));
    }
    return paged(await Promise.all(found.map((thread) => pullShape(state, thread))), url, true);
  }),
  onRepository("GET", "/pulls/{index}", "read", async ({ state, repository, parameters }) => {
    const thread = findThread(repository, Number(parameters.index));
    if (thread?.pull === undefined) throw notFound();
    return { status: 200, body: await pullShape(state, thread) };
  }),
  onRepository("POST", "/pulls", "write", async (asked) => ({
    status: 201,
    body: await pullShape(asked.state, await open(asked)),
  })),
];

async function open({ state, repository, actor, body }: AskedOfRepository): Promise<Thread> {
  const title = textIn(body, "title") ?? "";
  const branch = textIn(body, "head") ?? "";
  const base = textIn(body, "base") ?? "";
  const [head, target] = await Promise.all(
    [branch, base].map((name) => branchHead(state.root, repository, name)),
  );
  if (head === undefined || target === undefined) throw notFound();
  const taken = repository.threads.find(
    ({ pull, state: now }) =>
      now === "open" &&
      pull?.head.repository === repository &&
      pull.head.branch === branch &&
      pull.base === base,
  );
  if (taken !== undefined) {
    throw new Refusal(
      409,
      `pull request already exists for these targets [id: ${taken.id}, issue_id: ${taken.id}, head_repo_id: ${repository.id}, base_repo_id: ${repository.id}, head_branch: ${branch}, base_branch: ${base}]`,
    );
  }
  if (title === "" || (await commitsBetween(state.root, repository, target, head)) === 0) {
    throw new Refusal(422, "There are no changes between the head and the base");
  }
  const pull = { head: { repository, branch }, base, draft: DRAFT.test(title) };
  return openPull(state, { repository, actor, title, body: textIn(body, "body") ?? "", pull });
}
