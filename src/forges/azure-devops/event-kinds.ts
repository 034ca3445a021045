/** What a subscription is to tell of: one kind of event, in the version of its data that we read. */
export interface Kind {
  readonly event: string;
  readonly version: string;
  /** Which change of it. */
  readonly change?: string;
  /** True where only the sentence of it tells what it was. */
  readonly sentence?: boolean;
}

/**
 * A subscription has one kind of event, so that one webhook of ours is these. Updates of work items are not narrowed to
 * one field, since state, title and text are read beside the tags; those of pull requests are, since who was asked for a
 * review is not told. Source: Azure DevOps docs, "Service hooks events".
 */
export const KINDS: readonly Kind[] = [
  { event: "git.push", version: "1.0" },
  { event: "git.pullrequest.created", version: "1.0" },
  { event: "git.pullrequest.updated", version: "1.0", change: "PushNotification" },
  { event: "git.pullrequest.updated", version: "1.0", change: "StatusUpdateNotification" },
  { event: "git.pullrequest.updated", version: "1.0", change: "ReviewerVoteNotification", sentence: true },
  { event: "ms.vss-code.git-pullrequest-comment-event", version: "2.0" },
  { event: "workitem.created", version: "1.0" },
  { event: "workitem.updated", version: "1.0" },
  { event: "workitem.commented", version: "1.0" },
  { event: "build.complete", version: "2.0" },
];

/** Whether an event is one of work items or of builds, which belong to a project and have no filter for a repository. */
export function isOfProject(event: string): boolean {
  return event.startsWith("workitem.") || event.startsWith("build.");
}

export function nameOf({ event, change }: Kind): string {
  return change === undefined ? event : `${event} (${change})`;
}
