import { z } from "zod";

import { dated } from "../shared/gogs-lists.ts";
import { Issue } from "./payloads.ts";

/** The parts of Gogs' answers that we use. Source: gogs/gogs docs/api-reference and internal/route/api/v1. */
export const Account = z.object({ id: z.int(), login: z.string() });

export const Repository = z.object({
  owner: Account,
  private: z.boolean(),
  default_branch: z.string().nullish(),
});

/** Accounts that were given a right in this very repository. Its owner, teams and administrators are not among them. */
export const Collaborators = z.array(
  z.object({
    id: z.int(),
    permissions: z.object({ admin: z.boolean(), push: z.boolean(), pull: z.boolean() }),
  }),
);

/** `owner`: the team of those who own the organisation. */
export const Teams = z.array(
  z.object({ id: z.int(), name: z.string().nullish(), permission: z.string().nullish() }),
);

export const Members = z.array(z.object({ id: z.int() }));

const Label = z.object({ id: z.int(), name: z.string() });
export const LabelReply = Label;
export const Labels = z.array(Label);

export const Labelled = z.object({ labels: Labels.nullish() });

export const Comment = z.object({ id: z.int() });
export const Comments = z.array(
  z.object({ id: z.int(), body: z.string().nullish(), user: z.object({ id: z.int() }).nullish() }),
);

/** Comments with who wrote them and when. */
export const SaidComments = z.array(
  z.object({
    id: z.int(),
    body: z.string().nullish(),
    user: Account.nullish(),
    created_at: z.coerce.date(),
    updated_at: z.coerce.date().nullish(),
  }),
);

export const ListedIssue = Issue.extend(dated);
export const ListedIssues = z.array(ListedIssue);
