import { z } from "zod";

import type { ForgeSettings } from "../../core/forge.ts";
import { address } from "../shared/address.ts";
import type { Limits } from "../shared/limits.ts";
import { limits } from "../shared/limits.ts";
import { polling, repositories } from "../shared/polling.ts";
import { webhookSecret } from "../shared/webhook-secret.ts";

/** What the config says of one Gitea or Forgejo. */
export interface GiteaSettings extends ForgeSettings {
  readonly kind: "gitea";
  /** Where people open it, with the path that it may be installed under. */
  readonly url: string;
  /** Base of its API, with or without `/api/v1`, if that is not under `url`. */
  readonly apiUrl?: string | undefined;
  /** Base of its clone addresses, if it is not `url`. */
  readonly gitUrl?: string | undefined;
  /** Token of the account that we write as. */
  readonly token: string;
  readonly limits?: Limits | undefined;
}

const ADDRESS = "Write the address where people open this Gitea or Forgejo.";
const TOKEN = "Write the access token of an account.";

/** The settings of a forge of kind `gitea`, as the config file writes them. */
export const settings = z.strictObject({
  kind: z.literal("gitea"),
  url: z.string(ADDRESS).pipe(address).describe("Where people open this Gitea or Forgejo, path included."),
  apiUrl: address
    .optional()
    .describe("Base of the API, with or without `/api/v1`; told from `url` if not set."),
  gitUrl: address.optional().describe("Base of clone addresses; `url` if not set."),
  token: z.string(TOKEN).min(1, TOKEN).describe("Access token of an account."),
  webhookSecret: webhookSecret(),
  limits,
  repositories,
  polling,
}) satisfies z.ZodType<GiteaSettings>;
