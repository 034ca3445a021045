import { z } from "zod";

import type { ForgeAdapter, ForgeSettings } from "../../src/core/forge.ts";
import { github } from "../../src/forges/github/index.ts";

interface HubSettings extends ForgeSettings {
  readonly kind: "hub";
  readonly token: string;
}

const settings: z.ZodType<HubSettings> = z.strictObject({
  kind: z.literal("hub"),
  token: z.string().min(1),
  webhookSecret: z.array(z.string().min(1)).min(1),
});

/** A second kind beside GitHub, with another word for it, that reads HUB_TOKEN. */
export const adapters: readonly ForgeAdapter[] = [
  github,
  {
    ...github,
    kind: "hub",
    aliases: ["hubbub"],
    settings,
    fromEnvironment: ({ HUB_TOKEN: token }) =>
      token === undefined ? undefined : { token, webhookSecret: ["${file:hub-secret}"] },
  },
];
