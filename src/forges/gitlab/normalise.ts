import type { Delivery, Reading } from "../../core/delivery.ts";
import type { ForgeEvent } from "../../core/event.ts";
import { readPayload } from "../shared/payload.ts";
import { ISSUE_ACTIONS, issueSteps, MERGE_REQUEST_ACTIONS, mergeRequestSteps } from "./changes.ts";
import type { Kind } from "./kinds.ts";
import { contradicts, isConfidential, kindIn, readable } from "./kinds.ts";
import { readNote } from "./notes.ts";
import * as payloads from "./payloads.ts";
import { readPipeline } from "./pipelines.ts";
import { readPush } from "./pushes.ts";
import { APPROVALS, reviewsIn } from "./reviews.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, meaningOf, read, told, unreadable } from "../shared/reading.ts";
import { readIn } from "./reading.ts";
import { actorOf, issueOf, pullRequestOf, secrecy } from "./translate.ts";

const READERS: Readonly<Record<Kind, (payload: PayloadData, kind: Kind, hidden: boolean) => Reading>> = {
  issue: readIssue,
  work_item: readWorkItem,
  merge_request: readMergeRequest,
  note: readNote,
  push: readPush,
  tag_push: readPush,
  pipeline: readPipeline,
};

/** Actions of merge requests that are read. */
const READ_OF_MERGE_REQUESTS = { ...MERGE_REQUEST_ACTIONS, ...APPROVALS };

/** Kinds that we are sent without having asked for them, and why nothing is read of them. */
const EXPECTED: Readonly<Record<string, string>> = {
  build: "build: the pipeline that the job belongs to tells how it ended",
};

/**
 * Read a delivery of GitLab. The body says what it is about, by `object_kind`, else by `event_name`: all system hooks
 * have one value of `X-Gitlab-Event`. One delivery can carry several events, in the order in which they are told.
 * Never throws.
 */
export function normalise({ event, headers, body }: Pick<Delivery, "event" | "headers" | "body">): Reading {
  const payload = readPayload(body, headers["content-type"]);
  if (!payload.ok) return unreadable(payload.problem);
  const said = kindIn(payload.value);
  if (said === undefined) {
    return unreadable(
      "the body has neither object_kind nor event_name, so nothing tells what happened: " +
        "the webhook may have a custom template, which Forgehand cannot read",
    );
  }
  const kind = readable(said, event);
  if (kind === undefined) {
    return ignored(meaningOf(EXPECTED, said) ?? `the event "${said}" is not one that Forgehand acts on`);
  }
  if (contradicts(kind, event)) {
    return unreadable(`the header X-Gitlab-Event says "${event}", but the body is about "${kind}"`);
  }
  return READERS[kind](payload.value, kind, isConfidential(event));
}

/** Tasks, incidents and the like are issues of a project, numbered in the same row; a group's have no repository. */
function readWorkItem(payload: PayloadData, kind: Kind, hidden: boolean): Reading {
  if (payload.project) return readIssue(payload, kind, hidden);
  return ignored("the work item belongs to a group and not to a project, so there is no repository");
}

function readIssue(payload: PayloadData, kind: Kind, hidden: boolean): Reading {
  return readAction(payload, kind, ISSUE_ACTIONS, (action) =>
    readIn(kind, payloads.IssuePayload, payload, (body, repo) => {
      const { user, changes, event_type: type, object_attributes: issue } = body;
      const labels = issue.labels ?? body.labels;
      const about = {
        kind: "issue",
        repo,
        actor: actorOf(user),
        issue: issueOf(issue, [user, ...(body.assignees ?? [])], labels),
        ...secrecy(hidden, type, issue.confidential),
      } as const;
      const steps = issueSteps(action, changes, { labels, assignees: body.assignees });
      return toldAll(
        kind,
        steps.map((step) => ({ ...about, ...step })),
      );
    }),
  );
}

function readMergeRequest(payload: PayloadData, kind: Kind): Reading {
  return readAction(payload, kind, READ_OF_MERGE_REQUESTS, (action) =>
    readIn(kind, payloads.MergeRequestPayload, payload, (body, repo) => {
      const { user, changes, object_attributes: request } = body;
      const labels = request.labels ?? body.labels;
      const people = [user, ...(body.assignees ?? []), ...(body.reviewers ?? [])];
      const pullRequest = pullRequestOf(request, repo, people, labels);
      const about = { kind: "pull_request", repo, actor: actorOf(user), pullRequest } as const;
      const heads = {
        ...(request.oldrev ? { before: request.oldrev } : {}),
        ...(pullRequest.headSha === undefined ? {} : { after: pullRequest.headSha }),
      };
      const now = { labels, assignees: body.assignees };
      const steps = isOneOf(MERGE_REQUEST_ACTIONS, action)
        ? mergeRequestSteps(action, changes, now, request.oldrev)
        : [];
      const events = steps.map((step) => ({
        ...about,
        ...step,
        ...(step.action === "updated" ? heads : {}),
      }));
      const reviews = reviewsIn(action, body).map((review) => ({
        ...about,
        kind: "review" as const,
        action: "submitted" as const,
        review,
      }));
      return toldAll(kind, [...events, ...reviews]);
    }),
  );
}

/** What a person did, if we read it. Old servers leave the action out of the deliveries that try a webhook. */
function readAction<Action extends string>(
  payload: PayloadData,
  kind: Kind,
  actions: Readonly<Record<Action, unknown>>,
  readOn: (action: Action) => Reading,
): Reading {
  return read(kind, payloads.ActionPayload, payload, ({ object_attributes: { action, system } }) => {
    if (system) return ignored(`GitLab itself changed the ${kind}, as a side effect of something else`);
    if (!action) return ignored(`the ${kind} says no action, as when somebody tries the webhook`);
    if (isOneOf(actions, action)) return readOn(action);
    return ignored(`the action "${action}" of ${kind} starts nothing`);
  });
}

function isOneOf<Action extends string>(
  actions: Readonly<Record<Action, unknown>>,
  action: string,
): action is Action {
  return Object.hasOwn(actions, action);
}

function toldAll(kind: Kind, events: readonly ForgeEvent[]): Reading {
  if (events.length > 0) return told(...events);
  return ignored(`the update of the ${kind} changed nothing that Forgehand acts on`);
}
