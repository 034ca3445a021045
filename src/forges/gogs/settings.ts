import { z } from "zod";

import type { ForgeSettings } from "../../core/forge.ts";
import { address } from "../shared/address.ts";
import type { Limits } from "../shared/limits.ts";
import { limits } from "../shared/limits.ts";
import { polling, repositories } from "../shared/polling.ts";
import { webhookSecret } from "../shared/webhook-secret.ts";

/** What the config says of one Gogs. */
export interface GogsSettings extends ForgeSettings {
  readonly kind: "gogs";
  /** Where people open it, with the path that it may be served under. */
  readonly url: string;
  /** Base of its clone addresses, if it is not `url`. */
  readonly gitUrl?: string | undefined;
  /** Token of an account, which can do all that the account can; we write as that account. */
  readonly token: string;
  readonly limits?: Limits | undefined;
}

const TOKEN = "Write the access token of an account of its own, without more rights than it needs.";

/** The settings of a forge of kind `gogs`, as the config file writes them. */
export const settings = z.strictObject({
  kind: z.literal("gogs"),
  url: address.describe("Where people open this Gogs, path included."),
  gitUrl: address.optional().describe("Base of clone addresses; `url` if not set."),
  token: z.string(TOKEN).min(1, TOKEN).describe("Access token of an account."),
  webhookSecret: webhookSecret(),
  limits,
  repositories,
  polling,
}) satisfies z.ZodType<GogsSettings>;
