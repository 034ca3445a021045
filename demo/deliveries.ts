import { createHmac, randomUUID } from "node:crypto";
import { createRequire } from "node:module";

import {
  accountShape,
  commentShape,
  issueShape,
  labelShape,
  pullShape,
  repositoryShape,
} from "./github/shapes.ts";
import type { Account, Comment, Repository, State, Thread } from "./github/state.ts";

/** A webhook request, ready to be sent. */
export interface WebhookDelivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a delivery says: GitHub's word for the event, and its payload. */
export interface Told {
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

type Payload = Readonly<Record<string, unknown>>;

/** Where something happened, and who did it. */
interface Scene {
  readonly state: State;
  readonly repository: Repository;
  readonly actor: Account;
}

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

/** A label was set on an issue or a pull request, or taken off. */
export async function labelTold(
  scene: Scene,
  action: "labeled" | "unlabeled",
  { thread, label }: { thread: Thread; label: string },
): Promise<Told> {
  const { state, repository } = scene;
  const told = await threadTold(scene, action, thread);
  return { ...told, payload: { ...told.payload, label: labelShape(state, repository, label) } };
}

/** An issue or a pull request was opened, or something else happened to it that needs no more words. */
export async function threadTold(
  scene: Scene,
  action: string,
  thread: Thread,
  more: Payload = {},
): Promise<Told> {
  const { state, repository } = scene;
  if (thread.pull === undefined) {
    const example = exampleOf("issues", action);
    const issue = over(example.issue, issueShape(state, repository, thread));
    return { event: "issues", payload: { ...example, ...around(scene, example), issue, ...more } };
  }
  const example = exampleOf("pull_request", action);
  const shape = await pullShape(state, repository, thread);
  const was = example.pull_request as Payload;
  const pull = { ...was, ...shape, head: over(was.head, shape.head), base: over(was.base, shape.base) };
  return {
    event: "pull_request",
    payload: { ...example, ...around(scene, example), number: thread.number, pull_request: pull, ...more },
  };
}

/** Somebody wrote a comment. */
export function commentTold(scene: Scene, { thread, comment }: { thread: Thread; comment: Comment }): Told {
  const { state, repository } = scene;
  const example = exampleOf("issue_comment", "created");
  return {
    event: "issue_comment",
    payload: {
      ...example,
      ...around(scene, example),
      issue: over(example.issue, issueShape(state, repository, thread)),
      comment: over(example.comment, commentShape(state, repository, thread, comment)),
    },
  };
}

/** Commits were pushed to a branch; forty zeros stand for "none" before or after. */
export function pushTold(scene: Scene, push: { branch: string; before: string; after: string }): Told {
  const example = exampleOf("push");
  const { branch, before, after } = push;
  return {
    event: "push",
    payload: { ...example, ...around(scene, example), ref: `refs/heads/${branch}`, before, after },
  };
}

/** The members that every payload has. */
function around({ state, repository, actor }: Scene, example: Payload): Payload {
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
