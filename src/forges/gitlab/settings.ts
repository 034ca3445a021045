import { z } from "zod";

import type { ForgeSettings } from "../../core/forge.ts";
import { address } from "../shared/address.ts";
import type { Limits } from "../shared/limits.ts";
import { limits } from "../shared/limits.ts";
import { polling, repositories } from "../shared/polling.ts";
import { secret, webhookSecret } from "../shared/webhook-secret.ts";
import { isSigningToken, keyOf } from "./signing.ts";

/** What the config says of one GitLab: gitlab.com, Dedicated or a self-managed server. */
export interface GitLabSettings extends ForgeSettings {
  readonly kind: "gitlab";
  /** Where people open it, with the path that it may be installed under; `https://gitlab.com` if not set. */
  readonly url?: string | undefined;
  /** Base of its API, with or without `/api/v4`, if it cannot be told from `url`. */
  readonly apiUrl?: string | undefined;
  /** Base of its clone addresses, if it is not `url`. */
  readonly gitUrl?: string | undefined;
  /** Token of an account, a project or a group; we write as the account that it belongs to. */
  readonly token: string;
  readonly limits?: Limits | undefined;
}

const own = secret.refine(
  (text) => !isSigningToken(text) || keyOf(text) !== undefined,
  "Write the whole signing token, as GitLab showed it: whsec_ and base64. A secret token of your own must not begin so.",
);

/** The settings of a forge of kind `gitlab`, as the config file writes them. */
export const settings = z.strictObject({
  kind: z.literal("gitlab"),
  url: address
    .optional()
    .describe("Where people open this GitLab, path included; `https://gitlab.com` if not set."),
  apiUrl: address
    .optional()
    .describe("Base of the API, with or without `/api/v4`; told from `url` if not set."),
  gitUrl: address.optional().describe("Base of clone addresses; `url` if not set."),
  token: z
    .string("Write the access token of an account, a project or a group.")
    .min(1, "Write the access token of an account, a project or a group.")
    .describe("Access token of an account, a project or a group."),
  webhookSecret: webhookSecret(own).describe(
    "Secret token or signing token (`whsec_…`) of the webhook; several, of either sort, while you change it.",
  ),
  limits,
  repositories,
  polling,
}) satisfies z.ZodType<GitLabSettings>;
