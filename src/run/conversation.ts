import type { Actor } from "../core/event.ts";
import type { Forge, Permission } from "../core/forge.ts";
import { permits } from "../core/forge.ts";
import type { Run } from "../core/run.ts";
import { COMMENT_MARKER } from "../core/text.ts";
import { visible } from "./visible.ts";

/** Comments that an agent is shown, the newest; people whose permission is asked for; characters of one comment. */
const MOST_COMMENTS = 50;
const MOST_PEOPLE = 20;
const LONGEST_COMMENT = 10_000;

/** A comment as an agent is shown it. */
export interface Remark {
  readonly author: string;
  /** Whether its author may write in the repository. */
  readonly trusted: boolean;
  readonly at: string;
  readonly body: string;
}

/**
 * What was said on the thread of a run until it was asked for: people with rights first, ours and machines' left out.
 * What was written or changed after that moment is not shown: nobody approved it.
 */
export async function conversationOf(forge: Forge, run: Run, signal: AbortSignal): Promise<Remark[]> {
  const { repo, thread, createdAt } = run;
  if (thread === undefined) return [];
  const comments = await forge.conversation(repo, thread, { limit: MOST_COMMENTS }, signal);
  const self = await forge.self(signal);
  const known = new Map<string, Permission>();
  const mayWrite = async (author: Actor): Promise<boolean> => {
    const name = `${author.id} ${author.login}`;
    if (!known.has(name)) {
      if (known.size >= MOST_PEOPLE) return false;
      known.set(name, await forge.permission(repo, author, signal));
    }
    return permits(known.get(name) ?? "none", "write");
  };
  const remarks: Remark[] = [];
  for (const { author, body, createdAt: at, editedAt } of comments) {
    const ours = author.id === self.id || body.trimStart().startsWith(COMMENT_MARKER);
    if (ours || author.bot === true || at > createdAt || (editedAt !== undefined && editedAt > createdAt))
      continue;
    const text = visible(body).trim().slice(0, LONGEST_COMMENT);
    if (text === "") continue;
    remarks.push({ author: author.login, trusted: await mayWrite(author), at: at.toISOString(), body: text });
  }
  return [...remarks.filter(({ trusted }) => trusted), ...remarks.filter(({ trusted }) => !trusted)];
}
