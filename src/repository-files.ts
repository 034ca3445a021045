import { readRepositoryFile, readWritten } from "./config/repository/read.ts";
import type { Config } from "./config/schema.ts";
import type { Automation } from "./core/automation.ts";
import { serves } from "./core/automation.ts";
import type { Reading } from "./core/delivery.ts";
import type { FileReading, RepositoryFiles } from "./core/repository-file.ts";
import type { Run } from "./core/run.ts";
import type { Store } from "./core/store.ts";
import { passes } from "./match/globs.ts";

/** Texts whose reading is remembered: the file of a repository is looked at with every event there. */
const MOST_REMEMBERED = 100;

/** What the config lets repositories do by files of their own. Where it lets them do nothing, none is served. */
export function repositoryFiles({ repositoryAutomations: grants, automations }: Config): RepositoryFiles {
  if (grants === false) {
    const missing = "The server does not let repositories have automations of their own any more.";
    return {
      serves: () => false,
      read: () => ({ automations: [], problems: [] }),
      readWritten: () => ({ missing }),
    };
  }
  const server = { grants, automations };
  const remembered = new Map<string, FileReading>();
  return {
    serves: (forge, fullName) => serves(grants, forge) && passes(fullName, grants.repositories),
    read(text) {
      const known = remembered.get(text);
      if (known !== undefined) return known;
      const reading = readRepositoryFile(text, server);
      const [oldest] = remembered.keys();
      if (oldest !== undefined && remembered.size >= MOST_REMEMBERED) remembered.delete(oldest);
      remembered.set(text, reading);
      return reading;
    },
    readWritten: (name, written) => readWritten(name, written, server),
  };
}

/** The automations that the repository of a delivery adds, by its file as it was read last. */
export async function ownAutomationsOf(
  reading: Reading,
  forge: string,
  { store, files }: { store: Store; files: RepositoryFiles },
): Promise<readonly Automation[]> {
  const repo = reading.kind === "event" ? reading.events[0]?.repo : undefined;
  if (repo === undefined || !files.serves(forge, repo.fullName)) return [];
  const text = (await store.repositoryFile(forge, repo.id))?.text;
  return text === undefined ? [] : files.read(text).automations;
}

/** The automations that repositories of a forge add, by their full names in lower case. */
export async function allOwnAutomations(
  forge: string,
  { store, files }: { store: Store; files: RepositoryFiles },
): Promise<ReadonlyMap<string, readonly Automation[]>> {
  const all = new Map<string, readonly Automation[]>();
  for (let after: string | undefined; ;) {
    const page = await store.repositoryFiles(forge, { after, limit: 200 });
    for (const { repo, text } of page) {
      const isServed = text !== undefined && files.serves(forge, repo.fullName);
      if (isServed) all.set(repo.fullName.toLowerCase(), files.read(text).automations);
    }
    after = page.at(-1)?.repo.id;
    if (after === undefined) return all;
  }
}

/** The automation of a run: as its repository's own file had it, else that of the config; or a sentence that says why there is none. */
export function automationOf(
  { automation: name, written, forge, repo }: Run,
  automations: readonly Automation[],
  files: RepositoryFiles,
): Automation | { readonly missing: string } {
  if (written === undefined) {
    const missing = `There is no automation "${name}" in the configuration any more.`;
    return automations.find((one) => one.name === name) ?? { missing };
  }
  if (files.serves(forge, repo.fullName)) return files.readWritten(name, written);
  return { missing: "The server does not let this repository have automations of its own any more." };
}
