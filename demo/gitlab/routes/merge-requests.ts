import { openPull } from "../../stand-in/doings.ts";
import { branchHead } from "../../stand-in/git.ts";
import type { Body } from "../../stand-in/route.ts";
import { textIn } from "../../stand-in/route.ts";
import type { Thread } from "../../stand-in/state.ts";
import { badParameter, invalid, paged, Refusal } from "../answer.ts";
import { listed } from "../lists.ts";
import { executeQuickActions } from "../quick-actions.ts";
import type { AskedOfProject, Route } from "../route.ts";
import { onProject } from "../route.ts";
import { DRAFT, mergeRequestShape } from "../shapes.ts";

/** Merge requests: found and opened. */
export const mergeRequestRoutes: readonly Route[] = [
  onProject("GET /projects/{id}/merge_requests", "read", async ({ state, repository, url }) => {
    const asked = (name: string) => url.searchParams.get(name);
    const fits = (name: string, value: string) => asked(name) === null || asked(name) === value;
    const found = listed(repository.threads, url).filter(
      ({ pull }) =>
        pull !== undefined && fits("source_branch", pull.head.branch) && fits("target_branch", pull.base),
    );
    return paged(await Promise.all(found.map((thread) => mergeRequestShape(state, thread))), url);
  }),
  onProject("POST /projects/{id}/merge_requests", "write", async (asked) => {
    const thread = await open(asked);
    return { status: 201, body: await mergeRequestShape(asked.state, thread) };
  }),
];

async function open({ state, repository, actor, body }: AskedOfProject): Promise<Thread> {
  const branch = required(body, "source_branch");
  const base = required(body, "target_branch");
  const title = required(body, "title");
  if ((await branchHead(state.root, repository, branch)) === undefined) {
    throw invalid("source_branch", "does not exist");
  }
  if ((await branchHead(state.root, repository, base)) === undefined) {
    throw invalid("target_branch", "does not exist");
  }
  const taken = repository.threads.find(
    ({ pull, state: now }) =>
      now === "open" &&
      pull?.head.repository === repository &&
      pull.head.branch === branch &&
      pull.base === base,
  );
  if (taken !== undefined) {
    const problem = `Another open merge request already exists for this source branch: !${taken.number}`;
    throw new Refusal(409, { message: [problem] });
  }
  const pull = { head: { repository, branch }, base, draft: DRAFT.test(title) };
  const description = textIn(body, "description") ?? "";
  const thread = await openPull(state, { repository, actor, title, body: description, pull });
  thread.body = executeQuickActions(state, { thread, actor, text: description });
  return thread;
}

function required(body: Body, name: string): string {
  const text = textIn(body, name);
  if (text === undefined) throw badParameter(`${name} is missing`);
  if (text.trim() === "") throw invalid(name, "can't be blank");
  return text;
}
