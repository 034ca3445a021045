import { openPull, trackHead } from "../../stand-in/doings.ts";
import { branchHead, commitsBetween } from "../../stand-in/git.ts";
import type { Body } from "../../stand-in/route.ts";
import { textIn } from "../../stand-in/route.ts";
import { askForReview } from "../../stand-in/people.ts";
import { repositoryNamed } from "../../stand-in/state.ts";
import { conflict, invalid, notFound, paged, unauthenticated } from "../answer.ts";
import { allow } from "../callers.ts";
import type { AskedOfRepository, Route } from "../route.ts";
import { isPull, onPull, onRepository } from "../route.ts";
import { participantShape, pullShape } from "../shapes.ts";

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
  onPull("POST", "/participants", ({ state, thread, actor, repository, body }) => {
    allow(actor, repository, "write");
    const account = state.accounts.find(({ login }) => login === nameIn(body));
    if (account === undefined) throw notFound("user.NoSuchUserException", "The user");
    if (body.role !== "REVIEWER" || account.id === thread.author.id)
      throw invalid("The role is not possible.");
    askForReview(thread, [account]);
    return { status: 200, body: participantShape(state, account) };
  }),
  {
    route: "GET /required-builds/latest/projects/{project}/repos/{slug}/conditions",
    answer: ({ state, actor, parameters: { project = "", slug = "" }, url }) => {
      if (actor === undefined) throw unauthenticated();
      const repository = repositoryNamed(state, `${project}/${slug}`);
      const conditions = [...repository.requiredChecks].map(([branch, names], at) => ({
        id: at + 1,
        buildParentKeys: names,
        refMatcher: { id: `refs/heads/${branch}`, displayId: branch, type: { id: "BRANCH", name: "Branch" } },
        exemptRefMatcher: null,
      }));
      return paged(conditions, url);
    },
  },
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

/** The user that a body is about. */
function nameIn({ user }: Body): string | undefined {
  const name = typeof user === "object" && user !== null && "name" in user ? user.name : undefined;
  return typeof name === "string" ? name : undefined;
}

function branchIn(body: Body, name: string): string {
  const ref = body[name];
  const id: unknown = typeof ref === "object" && ref !== null && "id" in ref ? ref.id : undefined;
  const [, branch] = typeof id === "string" ? (/^refs\/heads\/(.+)$/.exec(id) ?? []) : [];
  if (branch === undefined) throw invalid(`'${name}' must name a branch.`);
  return branch;
}
