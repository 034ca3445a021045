import type { Reading } from "../../core/delivery.ts";
import type { CommentEvent } from "../../core/event.ts";
import type { Kind } from "./kinds.ts";
import * as payloads from "./payloads.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, read, told } from "../shared/reading.ts";
import { readIn } from "./reading.ts";
import { actorOf, issueOf, pullRequestOf, secrecy } from "./translate.ts";

/** Read a note: a comment where it is new, a person's, and on an issue, work item or merge request. */
export function readNote(payload: PayloadData, kind: Kind, hidden: boolean): Reading {
  return read(kind, payloads.NoteKind, payload, ({ object_attributes: note }) => {
    if (note.system) return ignored("GitLab itself wrote the note, to tell what somebody did");
    if (!isNew(note)) return ignored("the note was changed, which starts nothing");
    switch (note.noteable_type) {
      case "Issue":
      case "WorkItem":
        return readOnIssue(payload, kind, hidden);
      case "MergeRequest":
        return readOnMergeRequest(payload, kind, hidden);
      default:
        return ignored(`the note is on a ${note.noteable_type}, where Forgehand reads none`);
    }
  });
}

/** GitLab before 16.11 says no action; a note that is new was then never changed. */
function isNew({ action, created_at, updated_at }: payloads.NoteKind["object_attributes"]): boolean {
  return action ? action === "create" : created_at === updated_at;
}

function readOnIssue(payload: PayloadData, kind: Kind, hidden: boolean): Reading {
  // The member is named after the kind of what it is on; GitLab calls a work item an issue in notes.
  const body = payload.issue ? payload : { ...payload, issue: payload.work_item };
  return readIn(kind, payloads.IssueNotePayload, body, ({ user, object_attributes: note, ...rest }, repo) =>
    told({
      ...commentOf(note),
      repo,
      actor: actorOf(user),
      issue: issueOf(rest.issue, [user]),
      ...secrecy(hidden, rest.event_type, rest.issue.confidential, note.internal, note.confidential),
    }),
  );
}

function readOnMergeRequest(payload: PayloadData, kind: Kind, hidden: boolean): Reading {
  const schema = payloads.MergeRequestNotePayload;
  return readIn(kind, schema, payload, ({ user, object_attributes: note, ...rest }, repo) =>
    told({
      ...commentOf(note),
      repo,
      actor: actorOf(user),
      pullRequest: pullRequestOf(rest.merge_request, repo, [user]),
      ...secrecy(hidden, rest.event_type, note.internal, note.confidential),
    }),
  );
}

function commentOf({ id, note, url }: payloads.Note): Pick<CommentEvent, "kind" | "action" | "comment"> {
  return {
    kind: "comment",
    action: "created",
    comment: { id: String(id), body: note ?? "", ...(url ? { url } : {}) },
  };
}
