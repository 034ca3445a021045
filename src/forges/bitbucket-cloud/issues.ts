import type { Reading } from "../../core/delivery.ts";
import type { Actor, CommentEvent, ForgeEvent, IssueEvent } from "../../core/event.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, read, told } from "../shared/reading.ts";
import type { IssueUpdate } from "./payloads.ts";
import { Account, IssueCommentPayload, IssuePayload, IssueUpdatePayload } from "./payloads.ts";
import { actorOf, commentOf, isClosed, issueOf, repoOf } from "./translate.ts";

/**
 * Issues of the built-in tracker, which Bitbucket took away in August 2026: read where a delivery still comes. They
 * never had labels. Source: Bitbucket Cloud docs, "Event payloads", and the changelog, CHANGE-3071.
 */
export function readIssue(body: PayloadData, event: string): Reading {
  return read(event, IssuePayload, body, ({ actor, repository, issue }) => {
    const about = {
      kind: "issue",
      repo: repoOf(repository),
      actor: actorOf(actor),
      issue: issueOf(issue),
    } as const;
    const { assignee } = issue;
    return told(
      { ...about, action: "opened" },
      ...(assignee ? [{ ...about, action: "assigned" as const, assignee: actorOf(assignee) }] : []),
    );
  });
}

/** Read a new comment on an issue. */
export function readIssueComment(body: PayloadData, event: string): Reading {
  return read(event, IssueCommentPayload, body, ({ actor, repository, issue, comment }) =>
    told({
      kind: "comment",
      action: "created",
      repo: repoOf(repository),
      actor: actorOf(actor),
      comment: commentOf(comment),
      issue: issueOf(issue),
    }),
  );
}

/** Read what an update changed, in the order in which it is told, and what was said with it. */
export function readIssueUpdate(body: PayloadData, event: string): Reading {
  return read(event, IssueUpdatePayload, body, (update) => {
    const events = [...actionsOf(update), ...saidIn(update)];
    if (events.length === 0) return ignored("the update of the issue changed nothing that Forgehand acts on");
    return told(...events);
  });
}

function actionsOf({ actor, repository, issue, changes }: IssueUpdate): IssueEvent[] {
  const steps: Pick<IssueEvent, "action" | "assignee">[] = [];
  const moved = changes?.status ?? changes?.state;
  if (moved && isClosed(moved.old) !== isClosed(moved.new)) {
    steps.push({ action: isClosed(moved.new) ? "closed" : "reopened" });
  }
  if (changes?.title ?? changes?.content) steps.push({ action: "edited" });
  const handed = changes?.assignee ?? changes?.responsible;
  if (handed) {
    const before = personIn(handed.old);
    if (before) steps.push({ action: "unassigned", assignee: before });
    // Whose it is now the issue tells by an id, where the change may have a name alone.
    if (issue.assignee) steps.push({ action: "assigned", assignee: actorOf(issue.assignee) });
  }
  return steps.map((step) => ({
    kind: "issue",
    repo: repoOf(repository),
    actor: actorOf(actor),
    issue: issueOf(issue),
    ...step,
  }));
}

/** Who stands on one side of a change: an account, or its name alone; undefined for nobody. */
function personIn(side: unknown): Actor | undefined {
  const { data: account } = Account.safeParse(side);
  if (account !== undefined) return actorOf(account);
  return typeof side === "string" && side !== "" ? { id: "", login: side } : undefined;
}

/** A comment written together with a change; without a text it only lists the change. */
function saidIn({ actor, repository, issue, comment }: IssueUpdate): ForgeEvent[] {
  if (!comment?.content?.raw) return [];
  const said: CommentEvent = {
    kind: "comment",
    action: "created",
    repo: repoOf(repository),
    actor: actorOf(actor),
    comment: commentOf(comment),
    issue: issueOf(issue),
  };
  return [said];
}
