import type { z } from "zod";

import type { ForgeAdapter, ForgeSettings } from "../core/forge.ts";
import type { automationSchema } from "./automation/schema.ts";
import { isMap } from "./environment.ts";
import type { Problem } from "./problem.ts";
import { problemsOf } from "./problem.ts";
import { configSchema } from "./schema.ts";

type Settings = Readonly<Record<string, unknown>>;
type Schema = ReturnType<typeof configSchema>;

/** The parts of a config that can stand, and the problems of all others. */
export interface Parsed {
  /** All but forges and automations; absent when there is a problem in it. */
  readonly base?: z.infer<Schema>;
  readonly forges: Readonly<Record<string, ForgeSettings>>;
  readonly automations: Readonly<Record<string, z.infer<typeof automationSchema>>>;
  readonly problems: readonly Problem[];
}

/**
 * Check settings part by part: a mistake in one forge or automation must not hide what the checks that come
 * afterwards find in the others.
 */
export function parse(settings: Settings, adapters: readonly ForgeAdapter[]): Parsed {
  const schema = configSchema(adapters);
  const forges = parseEntries(schema, settings, "forges");
  const automations = parseEntries(schema, settings, "automations");
  const base = schema.safeParse({ ...settings, forges: forges.rest, automations: automations.rest });
  return {
    base: base.data,
    forges: forges.entries,
    automations: automations.entries,
    problems: [...problemsOf(base.error?.issues ?? []), ...forges.problems, ...automations.problems],
  };
}

/** Each named entry of a group by itself. `rest` is what is left for the whole schema: a group that is no map. */
function parseEntries<Group extends "forges" | "automations">(
  schema: Schema,
  settings: Settings,
  group: Group,
): { entries: z.infer<Schema>[Group]; problems: Problem[]; rest: unknown } {
  const written = settings[group];
  if (!isMap(written)) return { entries: {}, problems: [], rest: written };
  const results = Object.entries(written).map(([name, entry]) =>
    schema.safeParse({ [group]: Object.fromEntries([[name, entry]]) }),
  );
  return {
    entries: Object.assign({}, ...results.map(({ data }) => data?.[group])) as z.infer<Schema>[Group],
    problems: results.flatMap(({ error }) => problemsOf(error?.issues ?? [])),
    rest: undefined,
  };
}
