import { z } from "zod";

import type { ForgeSettings } from "../../core/forge.ts";
import { address } from "../shared/address.ts";
import type { Limits } from "../shared/limits.ts";
import { limits } from "../shared/limits.ts";
import { polling, repositories } from "../shared/polling.ts";
import { webhookSecret } from "../shared/webhook-secret.ts";

/** What the config says of Bitbucket Cloud. */
export interface BitbucketCloudSettings extends ForgeSettings {
  readonly kind: "bitbucket-cloud";
  /** Where people open it, `https://bitbucket.org` if not set. */
  readonly url?: string | undefined;
  /** Base of its API, `https://api.bitbucket.org/2.0` if not set. */
  readonly apiUrl?: string | undefined;
  /** Base of its clone addresses, if it is not `url`. */
  readonly gitUrl?: string | undefined;
  /** The Atlassian account of an API token. Without it the token is an access token, which has no account. */
  readonly email?: string | undefined;
  readonly token: string;
  readonly limits?: Limits | undefined;
}

/** What every API token of an Atlassian account begins with. Source: Bitbucket Cloud docs, "Using API tokens". */
const API_TOKEN = "ATATT";

/** The settings of a forge of kind `bitbucket-cloud`, as the config file writes them. */
export const settings = z
  .strictObject({
    kind: z.literal("bitbucket-cloud"),
    url: address.optional().describe("Where people open it; `https://bitbucket.org` if not set."),
    apiUrl: address.optional().describe("Base of the API; `https://api.bitbucket.org/2.0` if not set."),
    gitUrl: address.optional().describe("Base of clone addresses; `url` if not set."),
    email: z
      .string()
      .regex(/^[^\s:@]+@[^\s:@]+$/, "Write the e-mail of the Atlassian account that the API token is of.")
      .optional()
      .describe("E-mail of the Atlassian account of an API token; left out for an access token."),
    token: z
      .string("Write an API token or an access token.")
      .min(1, "Write an API token or an access token.")
      .describe(
        "API token of an account, or access token of a repository, a project or a workspace. App passwords are gone.",
      ),
    webhookSecret: webhookSecret().describe("Secret of the webhook; several while you change it."),
    limits,
    repositories,
    polling,
  })
  .superRefine(({ email, token }, context) => {
    if (email !== undefined || !token.startsWith(API_TOKEN)) return;
    context.addIssue({
      code: "custom",
      path: ["email"],
      message: "An API token needs the e-mail of its Atlassian account beside it.",
    });
  }) satisfies z.ZodType<BitbucketCloudSettings>;
