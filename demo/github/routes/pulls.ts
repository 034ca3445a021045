import { openPull } from "../../stand-in/doings.ts";
import { branchHead, commitsBetween } from "../../stand-in/git.ts";
import { textIn } from "../../stand-in/route.ts";
import type { Account, Repository, State, Thread } from "../../stand-in/state.ts";
import { invalid, notFound, paged } from "../answer.ts";
import { listed } from "../lists.ts";
import type { Asked, Route } from "../route.ts";
import { onRepository, threadOf } from "../route.ts";
import { pullShape } from "../shapes.ts";

const READ = { grants: ["pull_requests:read"], role: "read" } as const;
const WRITE = { grants: ["pull_requests:write"], role: "write" } as const;

/** Pull requests: found, read and opened. */
export const pullRoutes: readonly Route[] = [
  onRepository("GET /repos/{owner}/{repo}/pulls", READ, async ({ state, repository, url }) => {
    const head = url.searchParams.get("head") ?? "";
    const base = url.searchParams.get("base");
    const found = listed(repository.threads, url).filter(
      ({ pull }) =>
        pull !== undefined &&
        // Without an owner before the branch the filter is ignored.
        (!head.includes(":") || head === headOf(pull.head.repository, pull.head.branch)) &&
        (base === null || base === pull.base),
    );
    return paged(await Promise.all(found.map((thread) => pullShape(state, repository, thread))), url);
  }),
  onRepository("GET /repos/{owner}/{repo}/pulls/{number}", READ, async (asked) => {
    const thread = threadOf(asked);
    if (thread.pull === undefined) throw notFound();
    return { status: 200, body: await pullShape(asked.state, asked.repository, thread) };
  }),
  onRepository("POST /repos/{owner}/{repo}/pulls", WRITE, async (asked) => {
    const thread = await open(asked);
    return { status: 201, body: await pullShape(asked.state, asked.repository, thread) };
  }),
];

async function open({
  state,
  repository,
  actor,
  body,
}: Asked & { repository: Repository; actor: Account }): Promise<Thread> {
  const title = required(body, "title");
  const branch = required(body, "head");
  const base = required(body, "base");
  await requireBranches(state, repository, { branch, base });
  const taken = repository.threads.some(
    ({ pull }) => pull?.head.repository === repository && pull.head.branch === branch && pull.base === base,
  );
  if (taken) throw refused(`A pull request already exists for ${headOf(repository, branch)}.`);
  return openPull(state, {
    repository,
    actor,
    title,
    body: textIn(body, "body") ?? "",
    pull: { head: { repository, branch }, base, draft: body.draft === true },
  });
}

async function requireBranches(
  { root }: State,
  repository: Repository,
  { branch, base }: { branch: string; base: string },
): Promise<void> {
  const baseSha = await branchHead(root, repository, base);
  if (baseSha === undefined) throw invalid({ resource: "PullRequest", code: "invalid", field: "base" });
  const headSha = await branchHead(root, repository, branch);
  if (headSha === undefined) throw invalid({ resource: "PullRequest", code: "invalid", field: "head" });
  if ((await commitsBetween(root, repository, baseSha, headSha)) === 0) {
    throw refused(`No commits between ${base} and ${branch}`);
  }
}

const refused = (message: string) => invalid({ resource: "PullRequest", code: "custom", message });

function required(body: Asked["body"], field: string): string {
  const text = textIn(body, field);
  if (text === undefined || text === "")
    throw invalid({ resource: "PullRequest", code: "missing_field", field });
  return text;
}

function headOf({ fullName }: Repository, branch: string): string {
  return `${fullName.split("/")[0] ?? ""}:${branch}`;
}
