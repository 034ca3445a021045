import { readRepositoryFile, readWritten } from "./config/repository/read.ts";
import { serves } from "./core/automation.ts";
import type { Config } from "./config/schema.ts";
import type { FileReading, RepositoryFiles } from "./core/repository-file.ts";
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
