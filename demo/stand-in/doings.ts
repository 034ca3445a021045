import { trackBranch } from "./git.ts";
import type { Account, Comment, Happening, Pull, Repository, State, Status, Thread } from "./state.ts";
import { nextId } from "./state.ts";

/** What a person or a program can do on a forge. All of it is remembered, and told to those who listen. */
export interface Doing {
  readonly repository: Repository;
  readonly actor: Account;
}

interface Said {
  readonly title: string;
  readonly body: string;
}

/** This moment, as stand-ins write it down. */
export const now = () => new Date().toISOString();

/** Let all that listen hear of something. */
export function tell(state: State, happening: Happening): void {
  for (const listener of state.listeners) listener(happening);
}

export function openIssue(state: State, { repository, actor, ...said }: Doing & Said): Thread {
  const thread = write(state, { repository, actor }, said);
  tell(state, { kind: "opened", repository, actor, thread });
  return thread;
}

/** Open a pull request. Its head ref follows its branch from now on, also where that is a fork's, unless the forge waits to be asked. */
export async function openPull(
  state: State,
  { repository, actor, ...said }: Doing & Said & { pull: Pull },
): Promise<Thread> {
  const thread = write(state, { repository, actor }, said);
  if (state.ways.lazyHeads !== true) await trackHead(state, thread, said.pull);
  tell(state, { kind: "opened", repository, actor, thread });
  return thread;
}

/** Let the head ref of a pull request show its branch. */
export async function trackHead({ root, ways }: State, thread: Thread, { head }: Pull): Promise<void> {
  const ref = ways.headRef?.(thread.number);
  if (ref !== undefined) await trackBranch(root, thread.repository, ref, head);
}

function write(state: State, { repository, actor }: Doing, said: Said & { pull?: Pull }): Thread {
  const createdAt = now();
  const thread: Thread = {
    id: nextId(state),
    number: nextNumber(state, repository, said.pull !== undefined),
    repository,
    title: said.title,
    body: said.body,
    author: actor,
    createdAt,
    updatedAt: createdAt,
    labels: [],
    events: [],
    comments: [],
    assignees: [],
    reviewers: [],
    reviews: [],
    state: "open",
    ...(said.pull === undefined ? {} : { pull: said.pull }),
  };
  repository.threads.push(thread);
  return thread;
}

function nextNumber({ ways }: State, { threads }: Repository, isPull: boolean): number {
  const row = threads.filter(({ pull }) => ways.numbering === "together" || (pull !== undefined) === isPull);
  return Math.max(0, ...row.map(({ number }) => number)) + 1;
}

/**
 * Set labels and take others off, as one happening. A label that the repository does not know is made; what changes
 * nothing is not told, and nothing is where it is done silently. The answer is what did change.
 */
export function changeLabels(
  state: State,
  { thread, actor, add = [], remove = [], silently = false }: ByActor & LabelChange,
): { added: string[]; removed: string[] } {
  const removed = remove.flatMap((label) => {
    const at = thread.labels.findIndex((one) => one.toLowerCase() === label.toLowerCase());
    return at === -1 ? [] : thread.labels.splice(at, 1);
  });
  const added = add
    .map((label) => labelNamed(thread.repository, label))
    .filter((name) => !thread.labels.includes(name));
  thread.labels.push(...added);
  const note = (event: "labeled" | "unlabeled") => (label: string) =>
    void thread.events.push({ id: nextId(state), event, label, actor, createdAt: now() });
  added.forEach(note("labeled"));
  removed.forEach(note("unlabeled"));
  if (added.length + removed.length > 0) thread.updatedAt = now();
  if (added.length + removed.length > 0 && !silently) {
    tell(state, { kind: "labels", repository: thread.repository, actor, thread, added, removed });
  }
  return { added, removed };
}

interface LabelChange {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly silently?: boolean;
}

export interface ByActor {
  readonly thread: Thread;
  readonly actor: Account;
}

function labelNamed({ labels }: Repository, label: string): string {
  const name = labels.get(label.toLowerCase()) ?? label;
  labels.set(label.toLowerCase(), name);
  return name;
}

export function addComment(
  state: State,
  { thread, actor, body, internal = false }: ByActor & { body: string; internal?: boolean },
): Comment {
  const said = { id: nextId(state), author: actor, createdAt: now(), bodies: [body] };
  const comment: Comment = { ...said, ...(internal ? { internal } : {}) };
  thread.comments.push(comment);
  thread.updatedAt = comment.createdAt;
  tell(state, { kind: "commented", repository: thread.repository, actor, thread, comment });
  return comment;
}

/** Give a comment another text. Nobody is told. */
export function editComment(comment: Comment, body: string): void {
  comment.bodies.push(body);
  comment.editedAt = now();
}

/** Show a status. `id`: that of the row that it changes, where the forge keeps one row over several states. */
export function setStatus(
  state: State,
  { repository, actor }: Doing,
  said: Pick<Status, "sha" | "state" | "context" | "description" | "targetUrl"> & { id?: number },
): Status {
  const status: Status = { id: nextId(state), ...said, creator: actor, createdAt: now() };
  repository.statuses.push(status);
  return status;
}
