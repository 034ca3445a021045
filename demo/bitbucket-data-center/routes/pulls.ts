import { openPull, trackHead } from "../../stand-in/doings.ts";
import { branchHead, commitsBetween } from "../../stand-in/git.ts";
import type { Body } from "../../stand-in/route.ts";
import { textIn } from "../../stand-in/route.ts";
import { conflict, invalid, notFound, paged } from "../answer.ts";
import type { AskedOfRepository, Route } from "../route.ts";
import { isPull, onPull, onRepository } from "../route.ts";
import { pullShape } from "../shapes.ts";

/** Pull requests: found, read and opened. */
export const pullRoutes: readonly Route[] = [
  onRepository("GET", "/pull-requests", "read", async ({ state, repository, url }) => {
    const asked = (name: string) => url.searchParams.get(name);
    const outgoing = asked("direction") === "OUTGOING";
    const threads = state.repositories.flatMap((one) => one.threads).filter(isPull);
    const found = threads.filter((thread) => {
      const { head, base } = thread.pull;
      const side = outgoing ? head : { repository: thread.repository, branch: base };
      const at = asked("at") ?? `refs/heads/${side.branch}`;
      const isOpen = thread.state === "open" || asked("state") === "ALL";
      return side.repository === repository && at === `refs/heads/${side.branch}` && isOpen;
    });
    return paged(await Promise.all(found.map((thread) => pullShape(state, thread))), url);
  }),
  onPull("GET", "", async ({ state, thread }) => ({ status: 200, body: await pullShape(state, thread) })),
  onPull("GET", "/changes", async ({ state, thread, url }) => {
    await trackHead(state, thread, thread.pull);
    return paged([], url);
  }),
  onRepository("POST", "/pull-requests", "read", open),
];

/** Only one may be open from a branch into another; the refusal shows it. */
async function open({ state, repository, actor, body }: AskedOfRepository) {
  const title = textIn(body, "title") ?? "";
  if (title.trim() === "" || title.length > 255) throw invalid("A title of 1 to 255 characters is required.");
  const branch = branchIn(body, "fromRef");
  const base = branchIn(body, "toRef");
  const { root } = state;
  for (const one of [branch, base]) {
    if ((await branchHead(root, repository, one)) === undefined) {
      throw notFound("commit.NoSuchBranchException", `Branch "${one}"`);
    }
  }
  const taken = repository.threads.filter(isPull).find(({ state: now, pull: { head, base: into } }) => {
    return now === "open" && head.repository === repository && head.branch === branch && into === base;
  });
  if (taken !== undefined) {
    const message = "Only one pull request may be open for a given source and target branch";
    const existingPullRequest = await pullShape(state, taken);
    throw conflict("pull.DuplicatePullRequestException", message, { existingPullRequest });
  }
  if ((await commitsBetween(root, repository, `refs/heads/${base}`, `refs/heads/${branch}`)) === 0) {
    throw conflict("pull.EmptyPullRequestException", `${branch} is already up-to-date with ${base}.`);
  }
  const pull = { head: { repository, branch }, base, draft: body.draft === true };
  const description = textIn(body, "description") ?? "";
  const thread = await openPull(state, { repository, actor, title, body: description, pull });
  return { status: 201, body: await pullShape(state, { ...thread, pull }) };
}

function branchIn(body: Body, name: string): string {
  const ref = body[name];
  const id: unknown = typeof ref === "object" && ref !== null && "id" in ref ? ref.id : undefined;
  const [, branch] = typeof id === "string" ? (/^refs\/heads\/(.+)$/.exec(id) ?? []) : [];
  if (branch === undefined) throw invalid(`'${name}' must name a branch.`);
  return branch;
}
