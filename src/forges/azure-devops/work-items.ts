import type { DeliveryHeaders, Reading } from "../../core/delivery.ts";
import type { ForgeEvent, IssueEvent, Repo } from "../../core/event.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, read, told, unreadable } from "../shared/reading.ts";
import { textOf } from "./html.ts";
import * as payloads from "./payloads.ts";
import { repoId } from "./place.ts";
import { REPOSITORY_HEADER } from "./repository-header.ts";
import { missingIn, tagsIn } from "./tags.ts";
import { actorOf, isClosed, issueOf, personOf } from "./translate.ts";

/** The header that the owner gives a service hook of work items, with the name of the repository that goes with it. */
const HEADER = REPOSITORY_HEADER.toLowerCase();

type Step = Pick<IssueEvent, "action" | "label" | "assignee">;

/** A work item that was made. The tags that it has were set on it, and whose it is it was given to. */
export function readCreated(payload: PayloadData, headers: DeliveryHeaders): Reading {
  return readItem("workitem.created", payload, headers, ({ id, fields, _links }, repo) => {
    const issue = issueOf(id, fields, _links?.html?.href);
    const about = { kind: "issue", repo, actor: personOf(fields["System.CreatedBy"]), issue } as const;
    return told(
      { ...about, action: "opened" },
      ...issue.labels.map((label) => ({ ...about, action: "labeled" as const, label })),
      ...handedTo("assigned", fields["System.AssignedTo"]).map((step) => ({ ...about, ...step })),
    );
  });
}

/** A comment on a work item. Its text is HTML, and counts through all revisions by its own id. */
export function readCommented(payload: PayloadData, headers: DeliveryHeaders): Reading {
  return readItem("workitem.commented", payload, headers, (item, repo) => {
    const { id, rev, fields, commentVersionRef, _links } = item;
    const said = fields["System.History"];
    if (!said) return ignored("the work item was saved without a comment");
    const url = _links?.html?.href;
    const comment = commentVersionRef?.commentId ?? `rev-${rev ?? 0}`;
    return told({
      kind: "comment",
      action: "created",
      repo,
      actor: personOf(fields["System.ChangedBy"]),
      comment: { id: `${id}/${comment}`, body: textOf(said), ...(url ? { url } : {}) },
      issue: issueOf(id, fields, url),
    });
  });
}

/**
 * An update becomes what it changed: state, text, the tags that came off, then those that were set, whose it was and whose
 * it is.
 */
export function readUpdated(payload: PayloadData, headers: DeliveryHeaders): Reading {
  return read("workitem.updated", payloads.UpdatePayload, payload, ({ resource, resourceContainers }) => {
    const { workItemId, revisedBy, revision, fields: changes, _links } = resource;
    const { fields } = revision;
    const repo = repoOf(fields, resourceContainers, headers);
    if (repo === undefined) return badRepository(headers);
    const actor = revisedBy ? actorOf(revisedBy) : personOf(fields["System.ChangedBy"]);
    const issue = issueOf(workItemId, fields, _links?.html?.href);
    const steps = changes ? stepsOf(changes) : [];
    if (steps.length === 0) return ignored("the update changed nothing that Forgehand acts on");
    return told(...steps.map((step): ForgeEvent => ({ kind: "issue", repo, actor, issue, ...step })));
  });
}

function stepsOf(changes: payloads.Changes): Step[] {
  const { "System.State": state, "System.Tags": tags, "System.AssignedTo": assignee } = changes;
  const was = isClosed(state?.oldValue);
  const is = isClosed(state?.newValue);
  const edited = ["System.Title", "System.Description", "Microsoft.VSTS.TCM.ReproSteps"] as const;
  const [before, after] = [tagsIn(tags?.oldValue), tagsIn(tags?.newValue)];
  return [
    ...(was === is ? [] : [{ action: is ? ("closed" as const) : ("reopened" as const) }]),
    ...(edited.some((field) => changes[field] !== undefined) ? [{ action: "edited" as const }] : []),
    ...missingIn(after, before).map((label) => ({ action: "unlabeled" as const, label })),
    ...missingIn(before, after).map((label) => ({ action: "labeled" as const, label })),
    ...handedTo("unassigned", assignee?.oldValue),
    ...handedTo("assigned", assignee?.newValue),
  ];
}

/** The step of giving a work item to somebody, or taking it from them: from nobody known, where only a name is told that anybody may have. */
function handedTo(action: "assigned" | "unassigned", person: payloads.Person): Step[] {
  if (!person) return [];
  return [{ action, assignee: personOf(person) }];
}

function readItem(
  kind: string,
  payload: PayloadData,
  headers: DeliveryHeaders,
  translate: (item: payloads.WorkItemPayload["resource"], repo: Repo) => Reading,
): Reading {
  return read(kind, payloads.WorkItemPayload, payload, ({ resource, resourceContainers }) => {
    const repo = repoOf(resource.fields, resourceContainers, headers);
    return repo === undefined ? badRepository(headers) : translate(resource, repo);
  });
}

/**
 * The repository that goes with a work item, which itself belongs to a project: the one that the service hook names in
 * a header of its own, else the one that is called like the project, as Azure DevOps makes it with the project.
 */
function repoOf(
  fields: payloads.Fields,
  containers: payloads.WorkItemPayload["resourceContainers"],
  headers: DeliveryHeaders,
): Repo | undefined {
  const project = fields["System.TeamProject"];
  const written = headers[HEADER]?.trim() ?? "";
  const named = written === "" ? project : written;
  if (!payloads.Name.safeParse(named).success) return undefined;
  return { id: repoId(containers?.project?.id ?? project, named), fullName: `${project}/${named}` };
}

function badRepository(headers: DeliveryHeaders): Reading {
  return unreadable(
    `the header ${REPOSITORY_HEADER} says "${headers[HEADER] ?? ""}", which is no name of a repository: ` +
      "write the bare name, since the project is known",
  );
}
