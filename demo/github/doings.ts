import { trackBranch } from "./git.ts";
import type { Account, Comment, Happening, Pull, Repository, State, Status, Thread } from "./state.ts";
import { nextId } from "./state.ts";

/** What a person or a program can do on GitHub. All of it is remembered, and told to those who listen. */
interface Doing {
  readonly repository: Repository;
  readonly actor: Account;
}

const now = () => new Date().toISOString();

function tell(state: State, happening: Happening): void {
  for (const listener of state.listeners) listener(happening);
}

export function openIssue(
  state: State,
  { repository, actor, ...said }: Doing & { number?: number; title: string; body: string },
): Thread {
  return open(state, { repository, actor }, said);
}

/** Open a pull request. `refs/pull/N/head` follows its branch from now on, also where that is a fork's. */
export async function openPull(
  state: State,
  { repository, actor, ...said }: Doing & { number?: number; title: string; body: string; pull: Pull },
): Promise<Thread> {
  const number = said.number ?? nextNumber(repository);
  await trackBranch(state.root, repository, number, said.pull.head);
  return open(state, { repository, actor }, { ...said, number });
}

function open(
  state: State,
  doing: Doing,
  said: { number?: number; title: string; body: string; pull?: Pull },
): Thread {
  const thread: Thread = {
    id: nextId(state),
    number: said.number ?? nextNumber(doing.repository),
    title: said.title,
    body: said.body,
    author: doing.actor,
    createdAt: now(),
    labels: [],
    events: [],
    comments: [],
    ...(said.pull === undefined ? {} : { pull: said.pull }),
  };
  doing.repository.threads.push(thread);
  tell(state, { kind: "opened", ...doing, thread });
  return thread;
}

function nextNumber({ threads }: Repository): number {
  return Math.max(0, ...threads.map(({ number }) => number)) + 1;
}

/** Set a label; one that the repository does not know is made. Setting it again changes nothing. */
export function addLabel(
  state: State,
  { thread, label, ...doing }: Doing & { thread: Thread; label: string },
): void {
  const { labels } = doing.repository;
  const name = labels.get(label.toLowerCase()) ?? label;
  labels.set(label.toLowerCase(), name);
  if (thread.labels.includes(name)) return;
  thread.labels.push(name);
  labelled(state, doing, thread, "labeled", name);
}

/** Take a label off. False: it was not on it. */
export function removeLabel(
  state: State,
  { thread, label, ...doing }: Doing & { thread: Thread; label: string },
): boolean {
  const at = thread.labels.findIndex((one) => one.toLowerCase() === label.toLowerCase());
  const [name] = at === -1 ? [] : thread.labels.splice(at, 1);
  if (name === undefined) return false;
  labelled(state, doing, thread, "unlabeled", name);
  return true;
}

function labelled(
  state: State,
  { repository, actor }: Doing,
  thread: Thread,
  event: "labeled" | "unlabeled",
  label: string,
): void {
  thread.events.push({ id: nextId(state), event, label, actor, createdAt: now() });
  tell(state, { kind: event, repository, actor, thread, label });
}

export function addComment(
  state: State,
  { thread, body, ...doing }: Doing & { thread: Thread; body: string },
): Comment {
  const comment: Comment = { id: nextId(state), author: doing.actor, createdAt: now(), bodies: [body] };
  thread.comments.push(comment);
  tell(state, { kind: "commented", ...doing, thread, comment });
  return comment;
}

export function setStatus(
  state: State,
  { repository, actor }: Doing,
  said: Pick<Status, "sha" | "state" | "context" | "description" | "targetUrl">,
): Status {
  const status: Status = { id: nextId(state), ...said, creator: actor, createdAt: now() };
  repository.statuses.push(status);
  return status;
}
