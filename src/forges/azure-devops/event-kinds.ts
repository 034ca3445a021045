/** What a subscription is to tell of: one kind of event, in the version of its data that we read. */
export interface Kind {
  readonly event: string;
  readonly version: string;
  /** Which change of it. */
  readonly change?: string;
}

/**
 * A subscription has one kind of event, so that one webhook of ours is these. Updates of work items are not narrowed to
 * one field, since state, title and text are read beside the tags; those of pull requests are, since votes and reviewers
 * start nothing. Source: Azure DevOps docs, "Service hooks events".
 */
export const KINDS: readonly Kind[] = [
  { event: "git.push", version: "1.0" },
  { event: "git.pullrequest.created", version: "1.0" },
  { event: "git.pullrequest.updated", version: "1.0", change: "PushNotification" },
  { event: "git.pullrequest.updated", version: "1.0", change: "StatusUpdateNotification" },
  { event: "ms.vss-code.git-pullrequest-comment-event", version: "2.0" },
  { event: "workitem.created", version: "1.0" },
  { event: "workitem.updated", version: "1.0" },
  { event: "workitem.commented", version: "1.0" },
];

/** Whether an event is one of work items, which belong to a project and to no repository. */
export function isOfWorkItems(event: string): boolean {
  return event.startsWith("workitem.");
}

export function nameOf({ event, change }: Kind): string {
  return change === undefined ? event : `${event} (${change})`;
}
