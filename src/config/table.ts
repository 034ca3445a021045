import type { z } from "zod";

import type { ForgeAdapter } from "../core/forge.ts";
import { editorSchema } from "./editor.ts";

type Schema = z.core.JSONSchema.BaseSchema;

const MARKERS = {
  start: "<!-- settings: start (made by `forgehand config docs`) -->",
  end: "<!-- settings: end -->",
};

/** The table of all settings in Markdown, made from the schema. */
export function settingsTable(adapters: readonly ForgeAdapter[]): string {
  const rows = rowsOf(editorSchema(adapters), []);
  return ["| Setting | Default | Meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

/** A page with a table between two markers, those of the settings if not said. Throws when the page has none. */
export function insertTable(page: string, table: string, { start, end } = MARKERS): string {
  const from = page.indexOf(start) + start.length;
  const to = page.indexOf(end);
  if (!page.includes(start) || to < from) throw new TypeError(`the page needs the lines ${start} and ${end}`);
  return `${page.slice(0, from)}\n\n${table}\n\n${page.slice(to)}`;
}

function rowsOf(schema: Schema, path: readonly string[]): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) =>
    typeof inner === "object" ? rowsOfSetting(inner, [...path, name]) : [],
  );
}

function rowsOfSetting(schema: Schema, path: readonly string[]): string[] {
  const { additionalProperties: named } = schema;
  const own = schema.description === undefined ? [] : [row(schema, path)];
  if (typeof named !== "object") {
    const choices = (schema.anyOf ?? []).filter((one) => typeof one === "object");
    return [...own, ...[schema, ...choices].flatMap((one) => rowsOf(one, path))];
  }
  const kinds = named.oneOf ?? named.anyOf ?? [named];
  return [
    ...own,
    ...kinds.flatMap((kind) => (typeof kind === "object" ? rowsOf(kind, [...path, nameIn(kind)]) : [])),
  ];
}

/** What stands for the name in a path: of a forge the kind, since each kind has its own settings. */
function nameIn(schema: Schema): string {
  const kind = schema.properties?.kind;
  if (typeof kind !== "object") return "NAME";
  return `NAME (${[kind.const, ...(kind.enum ?? [])].filter((one) => one !== undefined).join(", ")})`;
}

function row(schema: Schema, path: readonly string[]): string {
  const standard = schema.default === undefined ? "" : `\`${JSON.stringify(schema.default)}\``;
  return `| \`${path.join(".")}\` | ${standard} | ${[schema.description ?? "", choices(schema)].join(" ").trim()} |`;
}

function choices(schema: Schema): string {
  const { items } = schema;
  const listed = typeof items === "object" && !Array.isArray(items) ? items.enum : undefined;
  const values = schema.enum ?? listed;
  return values === undefined ? "" : `One of ${values.map((value) => `\`${String(value)}\``).join(", ")}.`;
}
