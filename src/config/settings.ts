import { dirname, resolve } from "node:path";

import type { ForgeAdapter } from "../core/forge.ts";
import { withEnvironment, withValue } from "./environment.ts";
import { expand, expandText, isNoReference, isShellText } from "./expand.ts";
import { findFile, readFile } from "./file.ts";
import type { Locate } from "./locate.ts";
import type { Problem } from "./problem.ts";
import { readSaved } from "./saved.ts";
import { readSecrets, withSecrets } from "./secrets-folder.ts";
import { forgesFrom, standardAutomations } from "./standard.ts";

type Settings = Readonly<Record<string, unknown>>;
type Environment = Readonly<Record<string, string | undefined>>;

/** Where settings come from. */
export interface Sources {
  /** The config file, relative to `cwd`; found by itself if not given. */
  readonly file?: string;
  readonly cwd: string;
  readonly environment: Environment;
  readonly adapters: readonly ForgeAdapter[];
  /** What was said on the command line, which wins over all else. Paths are relative to `cwd`. */
  readonly overrides?: {
    readonly host?: string;
    readonly port?: string;
    readonly smee?: string;
    readonly pollOnly?: boolean;
    readonly dataDir?: string;
  };
}

/** All settings brought together, not checked yet. */
export interface Gathered {
  readonly settings: Settings;
  readonly file?: string;
  /** Where the file says what it says. */
  readonly locate: Locate;
  /** The real environment, over what the set-up pages kept. */
  readonly environment: Environment;
  /** Texts that name something that is not there. */
  readonly unresolved: readonly Problem[];
  /** The environment variable that a setting came from. */
  readonly origins: ReadonlyMap<string, string>;
  /** True when the forges come from the environment, not from the file. */
  readonly forgesFromEnvironment: boolean;
}

/**
 * Bring settings together: command line over `PORT`, `HOST` and `LOG_LEVEL`, over the file, over the other variables,
 * over the defaults. Paths in the file are relative to its folder, all others to `cwd`.
 */
export function gather(sources: Sources): Gathered | { problems: readonly Problem[] } {
  const { cwd, adapters, overrides = {} } = sources;
  const file = findFile(sources);
  const read = file === undefined ? { settings: {}, locate: () => undefined } : readFile(file);
  if ("problems" in read) return read;
  const folder = file === undefined ? cwd : dirname(file);
  const real = withoutEmpty(sources.environment);

  const dataDir = dataFolder(sources, { settings: read.settings, folder, environment: real });
  const saved = readSaved(dataDir);
  if (saved.problems.length > 0) return { problems: saved.problems };
  const environment = { ...saved.values, ...real };

  const expanded = expand(read.settings, { environment, folder }, isShellText);
  const written = withoutNull(expanded.value);
  const { settings, origins } = withEnvironment(written, environment);
  const forges = written.forges === undefined ? forgesFrom(environment, adapters) : {};
  const ofEnvironment = expand({ forges }, { environment, folder: cwd }, isNoReference);
  const mounted = secretsOf(settings.webhookSecretsDir, origins.has("webhookSecretsDir") ? cwd : folder);
  let all: Settings = {
    ...settings,
    dataDir: typeof (settings.dataDir ?? "") === "string" ? dataDir : settings.dataDir,
    database: absoluteDatabase(settings.database, {
      dataDir,
      folder: origins.has("database") ? cwd : folder,
    }),
    forges: withSecrets(written.forges ?? ofEnvironment.value.forges, mounted.secrets, adapters),
    automations: written.automations ?? standardAutomations(environment),
  };
  for (const name of ["host", "port", "smee", "pollOnly"] as const) {
    if (overrides[name] !== undefined) all = withValue(all, `server.${name}`, overrides[name]);
  }
  return {
    settings: all,
    file,
    locate: read.locate,
    environment,
    unresolved: [...expanded.unresolved, ...ofEnvironment.unresolved, ...mounted.problems],
    origins,
    forgesFromEnvironment: written.forges === undefined,
  };
}

/** The secrets of a mounted folder; none where no folder is named. What is no text is left for the schema to refuse. */
function secretsOf(
  written: unknown,
  folder: string,
): { secrets: Readonly<Record<string, string>>; problems: readonly Problem[] } {
  if (typeof written !== "string" || written === "") return { secrets: {}, problems: [] };
  const read = readSecrets(resolve(folder, written));
  return "problem" in read ? { secrets: {}, problems: [read.problem] } : { ...read, problems: [] };
}

function dataFolder(
  { cwd, overrides }: Sources,
  { settings, ...source }: { settings: Settings; folder: string; environment: Environment },
): string {
  if (overrides?.dataDir !== undefined) return resolve(cwd, overrides.dataDir);
  if (typeof settings.dataDir === "string" && settings.dataDir !== "") {
    const text = expandText(settings.dataDir, source);
    if ("value" in text) return resolve(source.folder, text.value);
  }
  return resolve(cwd, source.environment.FORGEHAND_DATA_DIR ?? "./data");
}

/** An address of SQLite with an absolute path; anything else is left for the schema to refuse. */
function absoluteDatabase(
  written: unknown,
  { dataDir, folder }: { dataDir: string; folder: string },
): unknown {
  if (written === undefined) return `sqlite:${resolve(dataDir, "forgehand.db")}`;
  if (typeof written !== "string" || !/^sqlite:(?!:memory:)./.test(written)) return written;
  return `sqlite:${resolve(folder, written.replace(/^sqlite:(\/\/(?=\/))?/, ""))}`;
}

/** An empty variable is what platforms make of one that was left out: it counts as not set. */
function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
}

/** A heading with nothing under it (all of it commented out, say) counts as not written. */
function withoutNull(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));
}
