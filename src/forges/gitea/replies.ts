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

export const ListedIssues = z.array(Issue.extend(dated));
export const ListedPullRequests = z.array(PullRequest.extend(dated));

export const Branches = z.array(z.object({ name: z.string(), commit: z.object({ id: commitId }) }));

/** A file, or a folder as a list. */
export const Contents = z.union([
  z.array(z.unknown()),
  z.object({ type: z.string(), encoding: z.string().nullish(), content: z.string().nullish() }),
]);
