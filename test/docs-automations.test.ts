import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import { stringify } from "yaml";
import type { z } from "zod";

import { keyVariable } from "../src/agents/agents.ts";
import { editorSchema } from "../src/config/editor.ts";
import { isMap } from "../src/config/environment.ts";
import type { LoadOptions, Loaded } from "../src/config/load.ts";
import { loadConfig } from "../src/config/load.ts";
import { repositoryEditorSchema } from "../src/config/repository/editor.ts";
import { readRepositoryFile } from "../src/config/repository/read.ts";
import { AGENTS } from "../src/core/agent.ts";
import type { Automation } from "../src/core/automation.ts";
import type { ForgeEvent } from "../src/core/event.ts";
import { adapters } from "../src/forges/index.ts";
import { decide } from "../src/match/decide.ts";
import { folderWith } from "./config/loading.ts";
import type { Example } from "./support/examples.ts";
import { blocksOf, foreignIn, PART, spansOf } from "./support/examples.ts";
import {
  bot,
  checkEvent,
  commentEvent,
  issue,
  issueEvent,
  pullRequest,
  pullRequestEvent,
  pushEvent,
  reviewEvent,
  scheduleEvent,
} from "./support/samples.ts";

const PAGE = "docs/automations.md";
const REPOSITORY_PAGE = "docs/repository-automations.md";
/** The page of automations and those that it sends its reader to for their settings. */
const SETTINGS_PAGES = [PAGE, "docs/agents.md", "docs/sandbox.md"];
const PAGES = [
  "README.md",
  ...readdirSync(join(import.meta.dirname, "../docs")).map((name) => `docs/${name}`),
];

const blocks = PAGES.flatMap(blocksOf);
const spans = spansOf(PAGE);
const examples = [...blocks, ...spans];
const titled = (list: readonly Example[]) =>
  list.map(
    (example) =>
      [
        `${example.page}, ${example.heading}: ${example.text.trim().split("\n").join(" ⏎ ").slice(0, 90)}`,
        example,
      ] as const,
  );

/** Load an example as a server would, with the variables and files that it names. */
function load(example: Example): Loaded {
  const text = stringify(example.config);
  const named = [
    ...text.matchAll(/\$\{([A-Z]\w*)\}/g),
    ...text.matchAll(/\b([A-Z]+(?:_[A-Z]+)*_(?:KEY|TOKEN))\b/g),
  ];
  const names = [...named.map(([, name = ""]) => name), ...AGENTS.map((name) => keyVariable({ name }))];
  const environment = Object.fromEntries(names.map((name) => [name, `value-of-${name}`]));
  const cwd = folderWith();
  for (const [, file = ""] of text.matchAll(/\$\{file:([\w.-]+)\}/g)) {
    writeFileSync(join(cwd, file), "-----BEGIN PRIVATE KEY-----\nbody\n-----END PRIVATE KEY-----\n");
  }
  writeFileSync(join(cwd, "github"), "secret-of-fleet");
  writeFileSync(join(cwd, "forgehand.yml"), text.replace(/^webhookSecretsDir: .*$/m, "webhookSecretsDir: ."));
  const options: LoadOptions = { cwd, environment: { ...environment, APP_ID: "7" }, adapters, keyVariable };
  return loadConfig(options);
}

function automationsOf(example: Example): readonly Automation[] {
  const loaded = load(example);
  return "config" in loaded ? loaded.config.automations : [];
}

describe("the pages hold examples of", () => {
  it.each([
    [PAGE, 10],
    [REPOSITORY_PAGE, 2],
    ["docs/agents.md", 8],
    ["docs/sandbox.md", 1],
    ["docs/moving.md", 3],
    ["README.md", 1],
  ])("a config: %s has %i or more", (page, least) => {
    expect(blocks.filter((one) => one.page === page).length).toBeGreaterThanOrEqual(least);
  });
});

describe("an example can be used as it stands", () => {
  it.each(titled(examples))("%s", (_title, example) => {
    const loaded = load(example);
    expect("problems" in loaded ? loaded.problems : []).toEqual([]);
  });
});

it("the example of a repository's file is read as one", () => {
  const [server, file] = blocks.filter(({ page }) => page === REPOSITORY_PAGE);
  const loaded = load(server!);
  if ("problems" in loaded || loaded.config.repositoryAutomations === false)
    throw new Error("it grants nothing");
  const grants = loaded.config.repositoryAutomations;
  const { automations, problems } = readRepositoryFile(file!.text, { grants, automations: [] });
  expect([problems, automations.map(({ name }) => name)]).toEqual([[], ["test"]]);
});

it("blocks of YAML that are no part of a config are those of other programs", () => {
  expect(PAGES.flatMap(foreignIn)).toEqual(["docs/operations.md: http"]);
});

/** What an example makes of events, each by the settings that the page shows. */
type Row = readonly [
  where: string,
  name: string,
  fitting: readonly ForgeEvent[],
  others: readonly ForgeEvent[],
];

const labelled = [
  issueEvent(),
  issueEvent({ label: "Coding Agent" }),
  commentEvent("/forgehand run coding-agent"),
];
const notLabelled = [issueEvent({ label: "bug" }), commentEvent("/forgehand run deploy"), pushEvent()];
const drafted = pullRequest({ draft: true });
const long = "Whatever is done, it stays as it was before. ".repeat(3);
const reported = (title: string, body: string, labels: readonly string[] = []) =>
  issueEvent({ action: "opened", label: undefined, issue: issue({ title, body, labels: [...labels] }) });

const BLOCKS: readonly Row[] = [
  ["Automations", "coding-agent", labelled, notLabelled],
  [
    "Automations",
    "test",
    [pullRequestEvent(), pullRequestEvent({ action: "updated" })],
    [
      pullRequestEvent({ action: "closed" }),
      pullRequestEvent({ pullRequest: pullRequest({ target: { branch: "next" } }) }),
    ],
  ],
  [
    "Filters",
    "docs",
    [pullRequestEvent(), pushEvent(), pushEvent({ ref: "refs/heads/release/2" })],
    [
      pullRequestEvent({ pullRequest: drafted }),
      pushEvent({ ref: "refs/heads/topic" }),
      pushEvent({ actor: { id: "5", login: "renovate[bot]" } }),
      pullRequestEvent({ action: "closed" }),
    ],
  ],
  [
    "Filters",
    "triage",
    [reported("Fix it", long), reported("bug: it stops", long)],
    [reported("Fix it", "short"), reported("A wish", long), reported("Fix it", long, ["wip"])],
  ],
  ["By the time: `schedule`", "nightly", [scheduleEvent("nightly")], [scheduleEvent("deploy"), pushEvent()]],
  [
    "By whom: `allow`",
    "deploy",
    [commentEvent("/forgehand deploy")],
    [commentEvent("deploy"), commentEvent("> /forgehand deploy")],
  ],
  [
    "Code of others: `forks`",
    "test-forks",
    [pullRequestEvent({ pullRequest: pullRequest({ fork: true }) })],
    [pullRequestEvent(), pullRequestEvent({ action: "merged", pullRequest: pullRequest({ fork: true }) })],
  ],
  ["What: `run`", "build", [pushEvent()], [pullRequestEvent(), pushEvent({ ref: "refs/heads/topic" })]],
  ["What: `agent`", "coding-agent", labelled, notLabelled],
  ["The pull request and its commits", "coding-agent", labelled, notLabelled],
  ["The pull request lives on", "coding-agent", labelled, notLabelled],
  [
    "Beside one another",
    "deploy",
    [pushEvent()],
    [pushEvent({ ref: "refs/heads/topic" }), pullRequestEvent()],
  ],
  ["Within a budget", "coding-agent", labelled, notLabelled],
];

const opened = (title: string) => issueEvent({ action: "opened", label: undefined, issue: issue({ title }) });
const from = (branch: string) =>
  pullRequestEvent({ pullRequest: pullRequest({ source: { branch, repo: "octo/hello" } }) });
const tagged = { ...pushEvent(), kind: "tag", ref: "refs/tags/v1" } as const;

/** By the name of the trigger: what pulls it, and what does not. */
const TRIGGERS: Readonly<Record<string, readonly [readonly ForgeEvent[], readonly ForgeEvent[]]>> = {
  label: [labelled.slice(0, 2), notLabelled],
  label_removed: [
    [issueEvent({ action: "unlabeled", label: "wip" })],
    [issueEvent({ action: "labeled", label: "wip" }), issueEvent({ action: "unlabeled", label: "bug" })],
  ],
  issue: [
    [opened("A wish"), issueEvent({ action: "closed" }), issueEvent({ action: "assigned", assignee: bot })],
    [pullRequestEvent(), pushEvent()],
  ],
  pull_request: [
    [pullRequestEvent(), pullRequestEvent({ action: "updated" }), pullRequestEvent({ action: "merged" })],
    [opened("A wish"), pullRequestEvent({ action: "closed" })],
  ],
  push: [[pushEvent()], [pushEvent({ action: "deleted", after: undefined }), tagged]],
  tag: [[tagged], [pushEvent()]],
  command: [
    [commentEvent("Please:\n\n/forgehand test")],
    [commentEvent("```\n/forgehand test\n```"), commentEvent("test")],
  ],
  mention: [[commentEvent("@forgehand, what is this?")], [commentEvent("What is this?")]],
  assigned: [
    [issueEvent({ action: "assigned", assignee: bot })],
    [issueEvent({ action: "unassigned", assignee: bot })],
  ],
  review: [[reviewEvent("changes_requested")], [reviewEvent("approved"), reviewEvent("commented")]],
  check: [
    [checkEvent("build", "failure")],
    [checkEvent("build", "success"), checkEvent(`forgehand/${PART}`, "failure")],
  ],
  schedule: [[scheduleEvent(PART)], [scheduleEvent("nightly"), pushEvent()]],
  title_prefix: [
    [opened("[Agent] do it")],
    [opened("Do it"), issueEvent({ action: "edited", issue: issue({ title: "[agent]" }) })],
  ],
  branch_prefix: [[from("agent/one")], [from("topic"), opened("agent/one")]],
};

const matched = (automation: Automation | undefined, events: readonly ForgeEvent[]) =>
  events.map((event) => automation !== undefined && decide(event, 0, automation, "github").matched);

describe("an automation of the page wants what fits it, and nothing else", () => {
  it.each(BLOCKS)("%s: %s", (heading, name, fitting, others) => {
    const example = blocks.find(
      (one) => one.page === PAGE && one.heading === heading && namesIn(one).includes(name),
    );
    expect(example).toBeDefined();
    const automation = automationsOf(example!).find((one) => one.name === name);
    expect(matched(automation, fitting)).toEqual(fitting.map(() => true));
    expect(matched(automation, others)).toEqual(others.map(() => false));
  });

  it("and so does each of them", () => {
    const shown = blocks
      .filter(({ page }) => page === PAGE)
      .flatMap((one) => namesIn(one).map((name) => `${one.heading}: ${name}`));
    const asked = BLOCKS.map(([heading, name]) => `${heading}: ${name}`);
    expect(shown.filter((one) => !one.endsWith(`: ${PART}`) && !asked.includes(one))).toEqual([]);
  });

  it.each(Object.entries(TRIGGERS))("the trigger `%s` in the table", (name, [fitting, others]) => {
    const example = spans.find((one) => one.heading === "When: `on`" && one.text.startsWith(`${name}:`));
    expect(example).toBeDefined();
    const [automation] = automationsOf(example!);
    expect(matched(automation, fitting)).toEqual(fitting.map(() => true));
    expect(matched(automation, others)).toEqual(others.map(() => false));
  });

  it("and so does each trigger in the table", () => {
    const shown = spans
      .filter(({ heading }) => heading === "When: `on`")
      .map(({ text }) => text.split(":")[0]);
    expect(shown).toEqual(Object.keys(TRIGGERS));
  });
});

function namesIn({ said }: Example): string[] {
  return isMap(said.automations) ? Object.keys(said.automations) : [];
}

describe("what the page says holds without a word", () => {
  const standard = [
    "draft: true",
    "confidential: false",
    "allow: write",
    "forks: ignore",
    "sandbox: auto",
    "timeout: 30m",
    "attempts: 1",
    "restart: false",
    "comment: true",
  ];
  const [plain] = automationsOf({
    ...spans[0]!,
    config: { ...spans[0]!.config, automations: { [PART]: { on: { label: "coding agent" }, run: "true" } } },
  });

  it.each(standard)("%s", (text) => {
    const example = spans.find((one) => one.text === text);
    expect(example).toBeDefined();
    expect(automationsOf(example!)).toEqual([plain]);
  });

  it("every part of `follow_up`", () => {
    const example = blocks.find(
      ({ page, heading }) => page === PAGE && heading === "The pull request lives on",
    );
    const unsaid = blocks.find(({ page, heading }) => page === PAGE && heading === "What: `agent`");
    const [said, other] = [example, unsaid].map((one) => automationsOf(one!)[0]?.followUp);
    expect(said).toBeDefined();
    expect(said).toEqual(other);
  });
});

type Schema = z.core.JSONSchema.BaseSchema;

/** The paths of all settings below a schema, and of each what it says. What is in a list stands where the list does. */
function settingsOf(schema: Schema, path: readonly string[] = []): [string, Schema][] {
  const inner = [
    schema.additionalProperties,
    schema.items,
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
  ].flat();
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, one]): [string, Schema][] =>
      typeof one === "object" ? [[[...path, name].join("."), one], ...settingsOf(one, [...path, name])] : [],
    ),
    ...inner.flatMap((one) => (typeof one === "object" ? settingsOf(one, path) : [])),
  ];
}

/** The paths of all settings that somebody wrote. */
function writtenIn(written: unknown, path: readonly string[] = []): string[] {
  if (Array.isArray(written)) return written.flatMap((one) => writtenIn(one, path));
  if (!isMap(written)) return [];
  return Object.entries(written).flatMap(([name, one]) => [
    [...path, name].join("."),
    ...writtenIn(one, [...path, name]),
  ]);
}

/** Every filter is written in one way, and so is every agent. */
const common = (path: string) =>
  path.replace(/^.*\.(include|exclude)$/, "FILTER.$1").replace(/^compare\./, "agent.");

const schema = editorSchema(adapters);
const automationOfSchema = (schema.properties?.automations as Schema).additionalProperties as Schema;

it("every setting of an automation has an example on the pages that describe them", () => {
  const shown = [...blocks, ...spans]
    .filter(({ page }) => SETTINGS_PAGES.includes(page))
    .flatMap(({ said }) => Object.values(isMap(said.automations) ? said.automations : {}))
    .flatMap((one) => writtenIn(one).map(common));
  const settings = new Set(settingsOf(automationOfSchema).map(([path]) => common(path)));
  expect(settings.size).toBeGreaterThan(60);
  expect([...settings].filter((path) => !shown.includes(path))).toEqual([]);
});

describe("the JSON Schema for editors", () => {
  const ajv = new Ajv2020({ strict: false });
  const validate = ajv.compile(schema);
  const repository = repositoryEditorSchema();
  const validateRepository = ajv.compile(repository);

  it.each(titled(examples))("accepts %s", (_title, { config }) => {
    expect([validate(config), validate.errors]).toEqual([true, null]);
  });

  it("accepts the file of a repository, and refuses there what only the server sets", () => {
    const { said } = blocks.filter(({ page }) => page === REPOSITORY_PAGE)[1]!;
    expect([validateRepository(said), validateRepository.errors]).toEqual([true, null]);
    const on = { push: true };
    expect(validateRepository({ automations: { one: { on, run: "make" } } })).toBe(true);
    for (const more of [{ agent: "codex" }, { awx_template: 1 }, { tiemout: "5m" }, { forges: ["github"] }]) {
      expect(validateRepository({ automations: { one: { on, run: "make", ...more } } })).toBe(false);
    }
    expect(validateRepository({ server: {} })).toBe(false);
  });

  it("refuses a misspelt setting wherever an example has settings", () => {
    const places = examples.flatMap(({ config }) => misspelt(config));
    expect(places.length).toBeGreaterThan(300);
    expect(places.filter(({ config }) => validate(config)).map(({ place }) => place)).toEqual([]);
  });

  it.each([
    ["forgehand.yml", schema],
    [".forgehand.yml", repository],
  ])("says of every setting of %s what it is", (_file, one) => {
    const settings = settingsOf(one);
    expect(settings.length).toBeGreaterThan(60);
    expect(
      settings.filter(([, { description = "" }]) => !description.endsWith(".")).map(([path]) => path),
    ).toEqual([]);
  });
});

/** Maps whose keys are names of the owner's own. */
const NAMED = /(^|\.)(forges|automations|environment|prices)$/;

/** A config once for each of its maps, with a setting in it that there is not. */
function misspelt(config: Readonly<Record<string, unknown>>): { place: string; config: unknown }[] {
  const places = (value: unknown, path: readonly (string | number)[]): (readonly (string | number)[])[] => {
    if (Array.isArray(value)) return value.flatMap((one, index) => places(one, [...path, index]));
    if (!isMap(value)) return [];
    const inner = Object.entries(value).flatMap(([name, one]) => places(one, [...path, name]));
    return NAMED.test(path.join(".")) ? inner : [path, ...inner];
  };
  return places(config, []).map((path) => {
    const changed = structuredClone(config);
    let at: Record<string | number, unknown> = changed;
    for (const key of path) at = at[key] as typeof at;
    at.mispselt = "x";
    return { place: path.join("."), config: changed };
  });
}
