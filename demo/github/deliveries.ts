import { createHmac, randomUUID } from "node:crypto";
import { createRequire } from "node:module";

import type { Told, WebhookDelivery } from "../stand-in/delivery.ts";
import type { Happening, Thread } from "../stand-in/state.ts";
import {
  accountShape,
  checkRunShape,
  commentShape,
  issueShape,
  labelShape,
  pullShape,
  repositoryShape,
  reviewShape,
} from "./shapes.ts";
import type { GitHubState } from "./state.ts";

type Payload = Readonly<Record<string, unknown>>;

const examples = createRequire(import.meta.url)("@octokit/webhooks-examples") as readonly {
  readonly name: string;
  readonly examples: readonly Payload[];
}[];

/** Members of an example that say something about where it was taken, or what was changed there. */
const NOT_OF_THIS_SCENE = ["installation", "organization", "changes", "label"];

/** Put a signature under a delivery, as GitHub does. The same `id` again is a redelivery. */
export function sign({ event, payload }: Told, secret: string, id: string = randomUUID()): WebhookDelivery {
  const body = JSON.stringify(payload);
  return {
    headers: {
      "content-type": "application/json",
      "user-agent": "GitHub-Hookshot/044aadd",
      "x-github-event": event,
      "x-github-delivery": id,
      "x-github-hook-id": "292430182",
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    },
    body,
  };
}

/** What GitHub tells webhooks of something that happened. */
export function toldOf(state: GitHubState, happening: Happening): Told | Promise<Told> {
  switch (happening.kind) {
    case "labels":
      return labelTold(state, happening);
    case "commented":
      return commentTold(state, happening);
    case "assigned":
    case "unassigned":
      return threadTold(state, happening, happening.kind, {
        assignee: accountShape(state, happening.assignee),
      });
    case "reviewed":
      return reviewTold(state, happening);
    case "checked":
      return checkTold(state, happening);
    case "pushed":
      return pushTold(state, happening);
    case "updated": {
      const { before, after } = happening;
      return threadTold(state, happening, "synchronize", { before, after });
    }
    case "opened":
    case "edited":
      return threadTold(state, happening, happening.kind);
  }
}

type Of<Kind extends Happening["kind"]> = Extract<Happening, { kind: Kind }>;

/** GitHub has a delivery for each label: a happening of it is about one. */
function labelTold(state: GitHubState, happening: Of<"labels">): Promise<Told> {
  const { repository, added, removed } = happening;
  const label = labelShape(state, repository, added[0] ?? removed[0] ?? "");
  return threadTold(state, happening, added.length > 0 ? "labeled" : "unlabeled", { label });
}

async function threadTold(
  state: GitHubState,
  happening: Happening & { thread: Thread },
  action: string,
  more: Payload = {},
): Promise<Told> {
  const { thread, repository } = happening;
  if (thread.pull === undefined) {
    const example = exampleOf("issues", action);
    const issue = over(example.issue, issueShape(state, repository, thread));
    return { event: "issues", payload: { ...example, ...around(state, happening, example), issue, ...more } };
  }
  const example = exampleOf("pull_request", action);
  const shape = await pullShape(state, repository, thread);
  const was = example.pull_request as Payload;
  const pull = { ...was, ...shape, head: over(was.head, shape.head), base: over(was.base, shape.base) };
  const told = { ...example, ...around(state, happening, example) };
  return { event: "pull_request", payload: { ...told, number: thread.number, pull_request: pull, ...more } };
}

function commentTold(state: GitHubState, happening: Of<"commented">): Told {
  const { repository, thread, comment } = happening;
  const example = exampleOf("issue_comment", "created");
  return {
    event: "issue_comment",
    payload: {
      ...example,
      ...around(state, happening, example),
      issue: over(example.issue, issueShape(state, repository, thread)),
      comment: over(example.comment, commentShape(state, repository, thread, comment)),
    },
  };
}

async function reviewTold(state: GitHubState, happening: Of<"reviewed">): Promise<Told> {
  const { repository, thread, review } = happening;
  const example = exampleOf("pull_request_review", "submitted");
  const shape = await pullShape(state, repository, thread);
  const was = example.pull_request as Payload;
  const pull = { ...was, ...shape, head: over(was.head, shape.head), base: over(was.base, shape.base) };
  return {
    event: "pull_request_review",
    payload: {
      ...example,
      ...around(state, happening, example),
      review: over(example.review, reviewShape(state, repository, thread, review)),
      pull_request: pull,
    },
  };
}

function checkTold(state: GitHubState, happening: Of<"checked">): Told {
  const { repository, check } = happening;
  const example = exampleOf("check_run", "completed");
  const was = example.check_run as Payload;
  const suite = { ...(was.check_suite as Payload), head_branch: null, head_sha: check.sha };
  const run = { ...was, ...checkRunShape(state, repository, check), check_suite: suite };
  return {
    event: "check_run",
    payload: { ...example, ...around(state, happening, example), check_run: run },
  };
}

function pushTold(state: GitHubState, happening: Of<"pushed">): Told {
  const example = exampleOf("push");
  const { branch, before, after } = happening;
  const told = { ...example, ...around(state, happening, example) };
  return { event: "push", payload: { ...told, ref: `refs/heads/${branch}`, before, after } };
}

/** The members that every payload has. */
function around(state: GitHubState, { repository, actor }: Happening, example: Payload): Payload {
  return {
    repository: over(example.repository, repositoryShape(state, repository)),
    sender: over(example.sender, accountShape(state, actor)),
    ...(state.app === undefined ? {} : { installation: { id: state.app.installation, node_id: "MDM6" } }),
  };
}

/** A real payload of GitHub: of this action where there is one. */
function exampleOf(event: string, action?: string): Payload {
  const found = examples.find(({ name }) => name === event)?.examples ?? [];
  const fitting = found.find((example) => example.action === action) ?? found[0];
  if (fitting === undefined) throw new Error(`there is no example of ${event}`);
  const kept = Object.entries(fitting).filter(([name]) => !NOT_OF_THIS_SCENE.includes(name));
  return { ...Object.fromEntries(kept), ...(action === undefined ? {} : { action }) };
}

function over(example: unknown, told: object): Payload {
  return { ...(example as Payload), ...told };
}
