import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { automationSchema } from "../../src/config/automation/schema.ts";
import { isMap } from "../../src/config/environment.ts";
import { configSchema } from "../../src/config/schema.ts";
import { adapters } from "../../src/forges/index.ts";

/** Something that a page shows of a config, made whole so that it can be loaded. */
export interface Example {
  readonly page: string;
  /** The heading that it stands under. */
  readonly heading: string;
  /** As the page has it. */
  readonly text: string;
  /** What it says by itself, as the setting of a whole config that it is. */
  readonly said: Readonly<Record<string, unknown>>;
  /** The same with all that a config needs. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** The name of an automation that a page shows only a part of. */
export const PART = "example";

const root = join(import.meta.dirname, "../..");
const CONFIG = Object.keys(configSchema(adapters).shape);
const AUTOMATION = Object.keys(automationSchema.shape);
const ON = Object.keys(automationSchema.shape.on.shape);
const FILTERS = ["branches", "paths", "authors", "labels", "title", "draft", "fork", "if"];
const FORGES = {
  github: { kind: "github", token: "t", webhookSecret: "s1" },
  gitlab: { kind: "gitlab", token: "t", webhookSecret: "s2" },
};

/** Every block of YAML of a page that is a config or a part of one. */
export function blocksOf(page: string): Example[] {
  return yamlOf(page).flatMap(({ written, ...block }) => {
    const said = placed(written, block.heading);
    return said === undefined ? [] : [{ page, ...block, said, config: whole(said) }];
  });
}

/** The settings with which the other blocks begin: those of other programs. */
export function foreignIn(page: string): string[] {
  return yamlOf(page)
    .filter(({ written, heading }) => placed(written, heading) === undefined)
    .map(({ written }) => `${page}: ${Object.keys(written).join(", ")}`);
}

function yamlOf(page: string) {
  return found(page, /^ *```yaml\n(.*?)^ *```$/gms).map((block) => {
    const written: unknown = parse(block.text);
    if (!isMap(written)) throw new TypeError(`${page}: a block under "${block.heading}" is no map`);
    return { ...block, written };
  });
}

/** Every setting that a page shows in its text with a value, such as `timeout: 30m`. */
export function spansOf(page: string): Example[] {
  // Blocks have backticks around them too.
  return found(page, /(?<!`)`(\w+: [^`\n]+)`(?!`)/g).flatMap(({ text, heading }) => {
    const [name = ""] = text.split(":");
    if (![...AUTOMATION, ...ON].includes(name)) return [];
    const said = placed(parse(text) as Readonly<Record<string, unknown>>, heading);
    return said === undefined ? [] : [{ page, heading, text, said, config: whole(said) }];
  });
}

function found(page: string, pattern: RegExp): { text: string; heading: string }[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(pattern)].map((match) => ({
    text: match[1] ?? "",
    heading: [...text.slice(0, match.index).matchAll(/^#+ (.*)$/gm)].at(-1)?.[1] ?? "",
  }));
}

/** Settings at the place of a config that they are for; undefined for those of another program. */
function placed(
  written: Readonly<Record<string, unknown>>,
  heading: string,
): Readonly<Record<string, unknown>> | undefined {
  const all = (names: readonly string[]) => Object.keys(written).every((name) => names.includes(name));
  // Some names are settings of an automation and of its `on:` too; only there they are lists.
  const isAbout =
    /^(When|Filters)/.test(heading) || [written.pull_request, written.check].some(Array.isArray);
  if (all(CONFIG) && !Array.isArray(written.forges)) return written;
  if (written.webhookSecret !== undefined) return { forges: { github: { ...FORGES.github, ...written } } };
  if (isAbout && all(ON)) return { automations: { [PART]: { on: written } } };
  if (all(AUTOMATION)) return { automations: { [PART]: written } };
  if (all(ON)) return { automations: { [PART]: { on: written } } };
  return undefined;
}

function whole(said: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const automations = Object.entries(isMap(said.automations) ? said.automations : {});
  return {
    forges: FORGES,
    ...said,
    automations: Object.fromEntries(
      automations.map(([name, written]) => [
        name,
        name === PART && isMap(written) ? wholePart(written) : written,
      ]),
    ),
  };
}

/** A part of an automation with a trigger and something to do. */
function wholePart(part: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const on = isMap(part.on) ? part.on : {};
  const isFilter = Object.keys(on).every((name) => FILTERS.includes(name));
  const trigger =
    part.on === undefined ? { label: "coding agent" } : { issue: ["opened"], pull_request: ["opened"] };
  const isForAgent = part.prompt !== undefined || (part.check !== undefined && part.compare === undefined);
  const does = ["run", "agent", "compare"].some((name) => part[name] !== undefined)
    ? {}
    : isForAgent
      ? { agent: "claude-code" }
      : { run: "true" };
  return {
    ...does,
    ...(part.compare !== undefined && { check: "npm test" }),
    ...part,
    on: isFilter ? { ...trigger, ...on } : on,
  };
}
