import { z } from "zod";

/** The parts of GitHub's answers that we use. Source: github/rest-api-description. */
export const Installation = z.object({ id: z.int() });

export const Installations = z.array(Installation);

export const SeenInstallations = z.array(Installation.extend({ suspended_at: z.string().nullish() }));

export const Account = z.object({ id: z.int(), login: z.string(), type: z.string().nullish() });

const Permissions = z.record(z.string(), z.string());

/** Older Enterprise Servers may leave out what it is granted. */
export const App = z.object({
  slug: z.string().min(1),
  permissions: Permissions.optional(),
  events: z.array(z.string()).optional(),
});

export const GrantedInstallations = z.array(
  z.object({
    account: z.object({ login: z.string().optional(), type: z.string().optional() }).nullish(),
    permissions: Permissions.optional(),
  }),
);

export const Token = z.object({ token: z.string().min(1) });

export const Repository = z.object({ default_branch: z.string().min(1) });

export const CollaboratorPermission = z.object({
  permission: z.string(),
  /** The exact role; may be one that an organization made up. */
  role_name: z.string().nullish(),
  user: z.object({ id: z.int() }).nullish(),
});

const Label = z.union([z.string().transform((name) => ({ name })), z.object({ name: z.string().nullish() })]);
export const LabelledIssue = z.object({ labels: z.array(Label) });

/** Events of other kinds have no label, those of deleted accounts no actor. */
export const IssueEvents = z.array(
  z.object({
    id: z.int(),
    event: z.string(),
    created_at: z.string(),
    actor: Account.nullish(),
    label: z.object({ name: z.string().nullish() }).nullish(),
  }),
);

export const Comment = z.object({ id: z.int() });
/** Answers of which nothing is used; yet a page of something in between, which is 200 too, must not pass for one. */
export const Status = z.object({ id: z.int() });
export const Labels = z.array(z.object({ name: z.string() }));
export const Comments = z.array(
  z.object({ id: z.int(), body: z.string().nullish(), user: z.object({ id: z.int() }).nullish() }),
);

/** A comment with who wrote it and when. */
export const SaidComments = z.array(
  z.object({
    id: z.int(),
    body: z.string().nullish(),
    user: Account.nullish(),
    created_at: z.coerce.date(),
    updated_at: z.coerce.date().nullish(),
  }),
);

/** How many comments an issue or a pull request has, those on lines of a change aside. */
export const CountedIssue = z.object({ comments: z.int().nonnegative() });

/** A review has no time until it is submitted. */
export const ReviewList = z.array(
  z.object({
    id: z.int(),
    body: z.string().nullish(),
    user: Account.nullish(),
    submitted_at: z.coerce.date().nullish(),
  }),
);

/** Pending while somebody who was invited has not answered. */
export const Membership = z.object({ state: z.string() });
export type Membership = z.infer<typeof Membership>;
export const Team = z.object({ slug: z.string() });
export const RequestedReviewers = z.object({ number: z.int() });

/** What branch protection asks of a branch; absent where it is not protected. */
export const Protection = z.object({
  protection: z
    .object({
      required_status_checks: z
        .object({ enforcement_level: z.string().nullish(), contexts: z.array(z.string()).optional() })
        .nullish(),
    })
    .nullish(),
});

/** Rules of other types have other parameters, or none. */
export const Rules = z.array(
  z.object({
    type: z.string(),
    parameters: z
      .object({ required_status_checks: z.array(z.object({ context: z.string() })).optional() })
      .nullish(),
  }),
);

/** A file; a folder answers a list, a submodule has no content. */
export const Contents = z.object({ encoding: z.string(), content: z.string() });

/** How a webhook sends. Members that are not set may be left out. */
export const HookConfig = z.object({
  url: z.string().optional(),
  content_type: z.string().optional(),
  /** Stars in place of the secret. */
  secret: z.string().optional(),
  insecure_ssl: z.union([z.string(), z.number()]).optional(),
});
export type HookConfig = z.infer<typeof HookConfig>;

export const Hook = z.object({
  id: z.int(),
  active: z.boolean(),
  events: z.array(z.string()),
  config: HookConfig,
});
export type Hook = z.infer<typeof Hook>;
export const HookList = z.array(Hook);

/** One attempt to bring something. */
const Delivery = z.object({
  id: z.int(),
  /** The same for every attempt, and the id that the delivery has here. */
  guid: z.string(),
  delivered_at: z.coerce.date(),
  /** 0 where there was no answer. */
  status_code: z.int(),
  event: z.string(),
});
export type Delivery = z.infer<typeof Delivery>;
export const Deliveries = z.array(Delivery);
