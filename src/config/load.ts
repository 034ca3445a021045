import { toAutomation } from "./automation/to-automation.ts";
import type { KeyVariable } from "./automation/agent.ts";
import {
  deafForges,
  equalSecrets,
  equalTemplates,
  missingKeys,
  missingSecrets,
  unknownForges,
  wrongGrants,
} from "./checks.ts";
import { isMap } from "./environment.ts";
import { outline } from "./outline.ts";
import type { Parsed } from "./parse.ts";
import { parse } from "./parse.ts";
import type { Problem } from "./problem.ts";
import type { Config } from "./schema.ts";
import type { Gathered, Sources } from "./settings.ts";
import { gather } from "./settings.ts";

export interface LoadOptions extends Sources {
  readonly keyVariable: KeyVariable;
  /**
   * `optional`, for what opens no line to a forge: secrets that are not there are no problem, and forges are known by
   * their kind and the secrets that are there. Such a config must not be used to serve.
   */
  readonly secrets?: "needed" | "optional";
}

/** A config with the file that it came from, or every problem at once. */
export type Loaded =
  { readonly config: Config; readonly file?: string } | { readonly problems: readonly Problem[] };

/** Read the config from command line, environment and file. Reads files and changes nothing. */
export function loadConfig(options: LoadOptions): Loaded {
  const gathered = gather(options);
  if ("problems" in gathered) return gathered;
  const parsed = parse(gathered.settings, options.adapters);
  const { base } = parsed;
  const optional = options.secrets === "optional";
  const problems = optional
    ? problemsBesideSecrets(gathered, parsed)
    : allProblems(gathered, parsed, options.keyVariable);
  if (problems.length > 0 || base === undefined) {
    return { problems: problems.map((problem) => located(problem, gathered)) };
  }
  const automations = Object.entries(parsed.automations).map(([name, written]) =>
    toAutomation(name, written, gathered.environment, options.keyVariable),
  );
  const forges = optional ? outline(gathered, options.adapters) : parsed.forges;
  const repositoryAutomations = grantsOf(base.repositoryAutomations, gathered.environment, optional);
  return { config: { ...base, forges, automations, repositoryAutomations }, file: gathered.file };
}

/** What repositories may do, with the values of the secrets that they may have: empty ones where none are needed here. */
function grantsOf(
  granted: NonNullable<Parsed["base"]>["repositoryAutomations"],
  environment: Gathered["environment"],
  optional: boolean,
): Config["repositoryAutomations"] {
  if (granted === false) return false;
  const secrets = granted.secrets.flatMap((name) => {
    const value = environment[name] ?? (optional ? "" : undefined);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...granted, secrets: Object.fromEntries(secrets) };
}

/** A problem with the line of the file that it stands in. */
function located(problem: Problem, { file, locate, origins }: Gathered): Problem {
  const line = origins.has(problem.path) ? undefined : locate(problem.path);
  return file === undefined || line === undefined ? problem : { ...problem, at: `${file}:${line}` };
}

function allProblems(gathered: Gathered, parsed: Parsed, keyVariable: KeyVariable): Problem[] {
  return [
    ...gathered.unresolved,
    ...ofSettings(gathered, [...parsed.problems, ...deafForges(parsed)]),
    ...equalSecrets(parsed),
    ...equalTemplates(parsed),
    ...unknownForges(parsed, forgeNames(gathered), gathered.settings),
    ...wrongGrants(parsed, forgeNames(gathered)),
    ...missingSecrets(parsed, gathered.environment),
    ...missingKeys(parsed, gathered.environment, keyVariable),
  ];
}

/** What is wrong even for those who need no secret. Forges of the environment may be there in part. */
function problemsBesideSecrets(gathered: Gathered, parsed: Parsed): Problem[] {
  const ofForges = ({ path }: Problem) => path.startsWith("forges.");
  const ofCommand = ({ path }: Problem) => /^automations\.[^.]+\.environment\./.test(path);
  return [
    ...gathered.unresolved.filter((problem) => !ofForges(problem) && !ofCommand(problem)),
    ...ofSettings(gathered, parsed.problems).filter(
      (problem) => !(gathered.forgesFromEnvironment && ofForges(problem)),
    ),
    ...equalTemplates(parsed),
    ...unknownForges(parsed, forgeNames(gathered), gathered.settings),
    ...wrongGrants(parsed, forgeNames(gathered)),
  ];
}

/** Problems with where their settings come from, without what only follows from a text that could not be filled in. */
function ofSettings(
  { unresolved, origins, forgesFromEnvironment }: Gathered,
  problems: readonly Problem[],
): Problem[] {
  return problems
    .filter(({ path }) => !unresolved.some((missing) => follows(path, missing.path)))
    .map(({ path, message }) => {
      const variable = origins.get(path);
      if (variable !== undefined)
        return { path, message: `${message} It comes from the variable ${variable}.` };
      const fromEnvironment = forgesFromEnvironment && path.startsWith("forges.");
      return fromEnvironment
        ? { path, message: `${message} This forge comes from the environment.` }
        : { path, message };
    });
}

/** Whether a problem at `path` may only be that the text at `missing` was not filled in. */
function follows(path: string, missing: string): boolean {
  return path === missing || path.startsWith(`${missing}.`) || path === missing.replace(/\.\d+$/, "");
}

function forgeNames({ settings }: Gathered): string[] {
  return isMap(settings.forges) ? Object.keys(settings.forges) : [];
}
