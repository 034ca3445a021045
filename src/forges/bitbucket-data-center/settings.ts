import { z } from "zod";

import type { ForgeSettings } from "../../core/forge.ts";
import { address } from "../shared/address.ts";
import type { Limits } from "../shared/limits.ts";
import { limits } from "../shared/limits.ts";
import { polling, repositories } from "../shared/polling.ts";
import { secret, webhookSecret } from "../shared/webhook-secret.ts";

/** What the config says of one Bitbucket Data Center or Server. */
export interface BitbucketDataCenterSettings extends ForgeSettings {
  readonly kind: "bitbucket-data-center";
  /** Where people open it, with the context path that it may have. */
  readonly url: string;
  /** Base of its APIs without `/rest`, if it is not `url`. */
  readonly apiUrl?: string | undefined;
  /** Base of its clone addresses with `/scm`, if it is not under `url`. */
  readonly gitUrl?: string | undefined;
  /** HTTP access token of an account, a project or a repository. */
  readonly token: string;
  readonly limits?: Limits | undefined;
}

/**
 * Whether a secret is name and password of basic authentication, joined by a colon; all others sign. Bitbucket has both
 * sorts, side by side.
 */
export function isBasic(text: string): boolean {
  return text.includes(":");
}

/** Characters that Bitbucket takes as the secret of a webhook. Source: Bitbucket Data Center docs, "Manage webhooks". */
const LONGEST_SECRET = 255;

const own = secret
  .refine(
    (text) => !isBasic(text) || /^[^:]+:./s.test(text),
    "Write user:password, both of them: with a colon it is basic authentication. A secret that signs has no colon.",
  )
  .refine(
    (text) => isBasic(text) || text.length <= LONGEST_SECRET,
    `Write a secret of at most ${LONGEST_SECRET} characters: Bitbucket takes no longer one.`,
  );

/** The settings of a forge of kind `bitbucket-data-center`, as the config file writes them. */
export const settings = z.strictObject({
  kind: z.literal("bitbucket-data-center"),
  url: address.describe("Where people open this Bitbucket, context path included."),
  apiUrl: address.optional().describe("Base of the APIs, without `/rest`; `url` if not set."),
  gitUrl: address.optional().describe("Base of clone addresses; `url` and `/scm` if not set."),
  token: z
    .string("Write the HTTP access token of an account, a project or a repository.")
    .min(1, "Write the HTTP access token of an account, a project or a repository.")
    .describe("HTTP access token of an account, a project or a repository."),
  webhookSecret: webhookSecret(own).describe(
    "Secret of the webhook, or `user:password` of its basic authentication; several while you change it.",
  ),
  limits,
  repositories,
  polling,
}) satisfies z.ZodType<BitbucketDataCenterSettings>;
