import type { Config } from "../config/schema.ts";
import { userAgent } from "../config/version.ts";
import { ForgehandError } from "../core/errors.ts";
import type { Forge, ForgeTools } from "../core/forge.ts";
import { silent } from "../core/log.ts";
import { adapters } from "../forges/index.ts";

/** Do something with the forge of this name in a config, and close its line again. Throws NOT_FOUND. */
export async function withForge<Result>(
  { forges }: Config,
  name: string,
  work: (forge: Forge, secret: string) => Promise<Result>,
  tools: Partial<ForgeTools> = {},
): Promise<Result> {
  const settings = forges[name];
  const adapter = adapters.find(({ kind }) => kind === settings?.kind);
  if (settings === undefined || adapter === undefined) {
    const known = Object.keys(forges).join(", ");
    throw new ForgehandError(
      "CONFIG_INVALID",
      `There is no forge ${name} in the config; there ${known === "" ? "is none" : `are: ${known}`}.`,
    );
  }
  const line = await adapter.open(name, settings, { log: silent, userAgent: userAgent(), ...tools });
  try {
    return await work(line.forge, settings.webhookSecret[0] ?? "");
  } finally {
    await line.close();
  }
}
