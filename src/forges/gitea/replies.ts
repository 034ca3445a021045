import { z } from "zod";

import { commitId } from "../shared/commit-id.ts";
import { dated } from "../shared/gogs-lists.ts";
import { Issue, PullRequest } from "./payloads.ts";

/** The parts of the answers that we use. Source: go-gitea/gitea modules/structs, the servers' own API description. */
export const Account = z.object({ id: z.int(), login: z.string() });

export const Repository = z.object({ default_branch: z.string().nullish() });

export const CollaboratorPermission = z.object({
  permission: z.string(),
  user: z.object({ id: z.int() }).nullish(),
});

export const Label = z.object({ id: z.int(), name: z.string() });
export type Label = z.infer<typeof Label>;
export const Labels = z.array(Label);

export const LabelledIssue = z.object({ labels: Labels.nullish() });

/**
 * What happened to an issue or a pull request, oldest first. A change of a label has the type `label`; its body is `1`
 * where the label was set, empty where it came off. The label is null once it was deleted.
 */
export const Timeline = z.array(
  z.object({
    id: z.int(),
    type: z.string(),
    body: z.string().nullish(),
    created_at: z.string(),
    user: Account.nullish(),
    label: z.object({ name: z.string() }).nullish(),
  }),
);

/** Answers of which nothing is used; yet a page of something in between, which is 200 too, must not pass for one. */
export const Status = z.object({ id: z.int() });
export const Commit = z.object({ sha: z.string() });
export const Anything = z.union([z.looseObject({}), z.array(z.unknown())]);
export const Nothing = z.undefined();

export const Comment = z.object({ id: z.int() });
export const Comments = z.array(
  z.object({ id: z.int(), body: z.string().nullish(), user: z.object({ id: z.int() }).nullish() }),
);

const moment = z.coerce.date();

/** Comments with who wrote them and when. */
export const SaidComments = z.array(
  z.object({
    id: z.int(),
    body: z.string().nullish(),
    user: Account.nullish(),
    created_at: moment,
    updated_at: moment.nullish(),
  }),
);

/** Reviews; one that is pending was not submitted, and a request for one is listed as well. */
export const Reviews = z.array(
  z.object({
    id: z.int(),
    state: z.string(),
    body: z.string().nullish(),
    user: Account.nullish(),
    comments_count: z.int().nullish(),
    submitted_at: moment.nullish(),
  }),
);

export const Teams = z.object({ data: z.array(z.object({ id: z.int(), name: z.string() })).nullish() });

/** A branch with what protects it, as everybody is told it. */
export const ProtectedBranch = z.object({
  enable_status_check: z.boolean().nullish(),
  status_check_contexts: z.array(z.string()).nullish(),
});

export const ListedIssues = z.array(Issue.extend(dated));
export const ListedPullRequests = z.array(PullRequest.extend(dated));

export const Branches = z.array(z.object({ name: z.string(), commit: z.object({ id: commitId }) }));

/** A file, or a folder as a list. */
export const Contents = z.union([
  z.array(z.unknown()),
  z.object({ type: z.string(), encoding: z.string().nullish(), content: z.string().nullish() }),
]);
