import { z } from "zod";

import type { ForgeAdapter } from "../core/forge.ts";
import { configSchema } from "./schema.ts";

/** JSON Schema of the config file as it is written, so that editors help with it. */
export function editorSchema(adapters: readonly ForgeAdapter[]): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(configSchema(adapters), {
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      const kind = jsonSchema.properties?.kind;
      if (typeof kind !== "object" || kind.const === undefined) return;
      const adapter = adapters.find((one) => one.kind === kind.const);
      if (adapter === undefined) return;
      const words = [adapter.kind, ...adapter.aliases];
      const choice = words.length === 1 ? { const: adapter.kind } : { enum: words };
      const description = "The kind of forge it is.";
      jsonSchema.properties = { ...jsonSchema.properties, kind: { type: "string", description, ...choice } };
    },
  });
}
