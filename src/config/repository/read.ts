import { z } from "zod";

import type { Automation } from "../../core/automation.ts";
import type { FileProblem, FileReading } from "../../core/repository-file.ts";
import {
  LONGEST_REPOSITORY_FILE,
  problemText,
  REPOSITORY_FILE,
  REPOSITORY_FILE_CONTEXT,
} from "../../core/repository-file.ts";
import { automationSchema } from "../automation/schema.ts";
import { toAutomation } from "../automation/to-automation.ts";
import { isMap } from "../environment.ts";
import type { Problem } from "../problem.ts";
import { problemsOf } from "../problem.ts";
import { automationName } from "../values.ts";
import type { Grants } from "./grants.ts";
import type { Written } from "./rules.ts";
import { fitted, RULES } from "./rules.ts";
import { readText } from "./yaml.ts";

/** What counts of the server when the file of a repository is read. */
export interface ServerSide {
  readonly grants: Grants;
  /** Its own automations: theirs are the names and the statuses. */
  readonly automations: readonly Pick<Automation, "name" | "context">[];
}

/** Texts that are the shell's or a program's: `${…}` in them is never ours. */
const PLAIN_TEXTS: readonly string[] = ["run", "prompt"];

/** A heading with nothing under it counts as not written. */
const fileSchema = z.strictObject({
  automations: z.preprocess((written) => written ?? {}, z.record(automationName, z.unknown())),
});

/** Read the file of a repository: its automations, or every problem at once with line and column. Pure; never throws. */
export function readRepositoryFile(text: string, server: ServerSide): FileReading {
  const file = readText(text);
  if ("problems" in file) return { automations: [], problems: file.problems };
  const { settings, placeOf } = file;
  const placed = (problems: readonly Problem[]): FileProblem[] =>
    problems
      .map(({ path, message }) => ({ ...placeOf(path), path, message }))
      .sort((one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0));
  if (JSON.stringify(settings).length > LONGEST_REPOSITORY_FILE) {
    const message = "With its aliases written out the file is too long.";
    return { automations: [], problems: [{ path: "", message }] };
  }
  const parsed = fileSchema.safeParse(settings);
  if (!parsed.success) return { automations: [], problems: placed(problemsOf(parsed.error.issues)) };
  const entries = Object.entries(parsed.data.automations);
  const problems: Problem[] = [];
  const automations: Automation[] = [];
  if (entries.length > server.grants.max) {
    const message = `The server lets a repository have ${server.grants.max} automations at most.`;
    problems.push({ path: "automations", message });
  }
  for (const [name, entry] of entries) {
    const read = readOne(name, entry, { ...server, automations: [...server.automations, ...automations] });
    if ("problems" in read) problems.push(...read.problems);
    else automations.push(read);
  }
  return problems.length === 0
    ? { automations, problems: [] }
    : { automations: [], problems: placed(problems) };
}

/** One automation as a run kept it, by what is granted now. */
export function readWritten(
  name: string,
  written: string,
  server: ServerSide,
): Automation | { readonly missing: string } {
  const read = readOne(name, JSON.parse(written), server);
  if (!("problems" in read)) return read;
  const why = read.problems.map(problemText).join(" ");
  return { missing: `The server does not let ${REPOSITORY_FILE} of the repository do this any more. ${why}` };
}

function readOne(name: string, entry: unknown, server: ServerSide): Automation | { problems: Problem[] } {
  const at = (path: string) => ["automations", name, path].filter(Boolean).join(".");
  const problems = [...nameProblems(name, server), ...refusedSettings(entry)];
  const parsed = automationSchema.safeParse(entry);
  if (parsed.success) problems.push(...judged(parsed.data, entry, server.grants));
  else problems.push(...problemsOf(parsed.error.issues));
  const unique = new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem]));
  if (!parsed.success || unique.size > 0) {
    return { problems: [...unique.values()].map(({ path, message }) => ({ path: at(path), message })) };
  }
  const { grants } = server;
  return {
    // No agent is ever among them, so there is no key to look for.
    ...toAutomation(name, fitted(parsed.data, grants), grants.secrets, () => ""),
    written: JSON.stringify(entry),
  };
}

/** Names and statuses are the server's first: neither may be taken for one of its own. */
function nameProblems(name: string, { automations }: ServerSide): Problem[] {
  const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  const context = `forgehand/${name}`;
  if (same(context, REPOSITORY_FILE_CONTEXT)) {
    return [
      { path: "", message: "This name is Forgehand's own, for the status of this file. Take another." },
    ];
  }
  const taken = automations.some((one) => same(one.name, name) || same(one.context, context));
  return taken ? [{ path: "", message: "There is an automation of this name already. Take another." }] : [];
}

/** Settings that are not for a file of a repository, and values that look as if something were to be filled in. */
function refusedSettings(entry: unknown): Problem[] {
  if (!isMap(entry)) return [];
  return Object.entries(entry).flatMap(([setting, value]) => {
    const rule = Object.hasOwn(RULES, setting) ? RULES[setting as keyof Written] : "free";
    if (typeof rule === "object" && "never" in rule) return [{ path: setting, message: rule.never }];
    return PLAIN_TEXTS.includes(setting) ? [] : fillings(value, setting);
  });
}

function fillings(value: unknown, path: string): Problem[] {
  if (typeof value === "string") {
    const message = "Nothing is filled in here: `${…}` is for the config of the server alone.";
    return value.includes("${") ? [{ path, message }] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => fillings(inner, `${path}.${key}`));
}

function judged(written: Written, entry: unknown, grants: Grants): Problem[] {
  const names = (setting: string) =>
    setting.split(".").reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), entry) !==
    undefined;
  return Object.entries(RULES).flatMap(([setting, rule]) =>
    typeof rule === "object" && "judge" in rule
      ? rule.judge(written, grants, names).map(({ path, message }) => ({
          path: path === "" ? setting : `${setting}.${path}`,
          message,
        }))
      : [],
  );
}
