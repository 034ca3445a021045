import { z } from "zod";

import type { ForgeSettings } from "../../../../src/core/forge.ts";
import { address } from "../../../../src/forges/shared/address.ts";
import { webhookSecret } from "../../../../src/forges/shared/webhook-secret.ts";

/** What the config says of one Forgebox. */
export interface ForgeboxSettings extends ForgeSettings {
  readonly kind: "forgebox";
  readonly url: string;
  readonly token: string;
}

export const settings = z.strictObject({
  kind: z.literal("forgebox"),
  url: address.describe("Where people open this Forgebox."),
  token: z.string().min(1, "Write a token.").describe("Token of an account."),
  webhookSecret: webhookSecret(),
}) satisfies z.ZodType<ForgeboxSettings>;
