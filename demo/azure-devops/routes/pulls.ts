import type { Answer } from "../../stand-in/answer.ts";
import { openPull } from "../../stand-in/doings.ts";
import { branchHead } from "../../stand-in/git.ts";
import type { Body } from "../../stand-in/route.ts";
import { textIn } from "../../stand-in/route.ts";
import { nextId } from "../../stand-in/state.ts";
import { invalid, listed, pieceOf, Refusal } from "../answer.ts";
import type { AskedOfRepository, Route } from "../route.ts";
import { onPull, onRepository } from "../route.ts";
import { pullShape } from "../shapes.ts";
import { headsOf } from "../state.ts";
import { statusIn } from "../statuses.ts";

/** Characters that a description and a title may have. */
const LONGEST_DESCRIPTION = 4_000;
const LONGEST_TITLE = 400;
const HEADS = "refs/heads/";

/** Pull requests: found, opened, looked at, and their statuses. */
export const pullRoutes: readonly Route[] = [
  onRepository("GET", "/pullrequests", "read", async ({ state, repository, url }) => {
    const source = url.searchParams.get("searchCriteria.sourceRefName");
    const found = repository.threads.filter(
      ({ pull, state: now }) =>
        pull !== undefined && now === "open" && (source === null || source === `${HEADS}${pull.head.branch}`),
    );
    const shown = pieceOf(found, url, 101);
    return listed(await Promise.all(shown.map((thread) => pullShape(state, thread))));
  }),
  onRepository("POST", "/pullrequests", "write", open),
  onPull(
    "GET",
    "",
    "read",
    // Its labels are in lists alone.
    async ({ state, thread }) => ({
      status: 200,
      body: { ...(await pullShape(state, thread)), labels: undefined },
    }),
    "pullrequests",
  ),
  onPull("GET", "/iterations", "read", async ({ state, thread }) => {
    const heads = await headsOf(state, thread);
    return listed(
      heads.map((commitId, at) => ({ id: at + 1, sourceRefCommit: { commitId }, reason: "push" })),
    );
  }),
  onPull("POST", "/statuses", "write", async ({ state, thread, body }) => {
    const { state: shown, context } = statusIn(body);
    const iterationId = typeof body.iterationId === "number" ? body.iterationId : undefined;
    if (iterationId !== undefined && iterationId > (await headsOf(state, thread)).length) {
      throw invalid(`there is no iteration ${iterationId}`);
    }
    state.pullStatuses.push({ thread, iterationId, state: shown, context });
    return { status: 200, body: { id: nextId(state), state: shown } };
  }),
];

async function open({ state, repository, actor, body }: AskedOfRepository): Promise<Answer> {
  const branch = branchIn(body, "sourceRefName");
  const base = branchIn(body, "targetRefName");
  const title = textIn(body, "title") ?? "";
  const description = textIn(body, "description") ?? "";
  if (title === "" || title.length > LONGEST_TITLE) throw invalid("the title is missing or too long");
  if (description.length > LONGEST_DESCRIPTION) throw invalid("the description is too long");
  for (const one of [branch, base]) {
    if ((await branchHead(state.root, repository, one)) === undefined) {
      throw new Refusal(400, `TF401398: The branch ${one} does not exist.`);
    }
  }
  const taken = repository.threads.some(
    ({ pull, state: now }) =>
      now === "open" &&
      pull?.head.repository === repository &&
      pull.head.branch === branch &&
      pull.base === base,
  );
  if (taken)
    throw new Refusal(409, "TF401179: An active pull request for the source and target branch exists.");
  const pull = { head: { repository, branch }, base, draft: body.isDraft === true };
  const thread = await openPull(state, { repository, actor, title, body: description, pull });
  const refs: unknown[] = Array.isArray(body.workItemRefs) ? body.workItemRefs : [];
  const linked = refs.flatMap((ref) =>
    typeof ref === "object" && ref !== null && "id" in ref ? [Number(ref.id)] : [],
  );
  state.workItems.set(thread.id, linked);
  return { status: 201, body: await pullShape(state, thread) };
}

function branchIn(body: Body, name: string): string {
  const ref = textIn(body, name) ?? "";
  if (!ref.startsWith(HEADS)) throw invalid(`${name} is not the full name of a branch`);
  return ref.slice(HEADS.length);
}
