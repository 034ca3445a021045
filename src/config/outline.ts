import type { ForgeAdapter, ForgeSettings } from "../core/forge.ts";
import { isMap } from "./environment.ts";
import type { Gathered } from "./settings.ts";

/**
 * The forges by kind and by the secrets that are there, for what opens no line to them. A forge of a kind that is not
 * known is left out.
 */
export function outline(
  { settings, unresolved }: Gathered,
  adapters: readonly ForgeAdapter[],
): Record<string, ForgeSettings> {
  const missing = new Set(unresolved.map(({ path }) => path));
  return Object.fromEntries(
    Object.entries(isMap(settings.forges) ? settings.forges : {}).flatMap(([name, written]) => {
      if (!isMap(written)) return [];
      const { kind, webhookSecret } = written;
      const adapter = adapters.find((one) => [one.kind, ...one.aliases].some((word) => word === kind));
      if (adapter === undefined) return [];
      const path = `forges.${name}.webhookSecret`;
      const secrets = Array.isArray(webhookSecret)
        ? webhookSecret.filter((_, index) => !missing.has(`${path}.${index}`))
        : [webhookSecret].filter(() => !missing.has(path));
      return [
        [name, { kind: adapter.kind, webhookSecret: secrets.filter((one) => typeof one === "string") }],
      ];
    }),
  );
}
