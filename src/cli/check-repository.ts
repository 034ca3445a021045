import { readFileSync } from "node:fs";

import { describeAutomation } from "../config/describe.ts";
import { readRepositoryFile } from "../config/repository/read.ts";
import type { Config } from "../config/schema.ts";
import { ForgehandError } from "../core/errors.ts";
import { problemText, REPOSITORY_FILE } from "../core/repository-file.ts";
import { printable } from "./log.ts";

/**
 * Check the file of a repository by what the config of the server grants, and print its automations or its problems. Asks
 * nobody; secrets that are not here are taken as granted by their names. Exit code 2 where something is wrong.
 */
export function checkRepositoryFile(file: string, { config, json }: { config: Config; json: boolean }): void {
  const { repositoryAutomations: grants, automations } = config;
  if (grants === false) {
    throw new ForgehandError(
      "CONFIG_INVALID",
      `This config lets repositories have no ${REPOSITORY_FILE}. Set repositoryAutomations first: see docs/repository-automations.md.`,
    );
  }
  const reading = readRepositoryFile(textOf(file), { grants, automations });
  const { problems } = reading;
  const described = reading.automations.map(describeAutomation);
  const ok = problems.length === 0;
  if (json) console.log(JSON.stringify({ ok, file, problems, automations: described }, null, 2));
  else if (ok) console.log(printable(["Automations:", ...indented(described), "All is well."].join("\n")));
  else
    console.error(
      printable([`${file}: nothing of it would count.`, ...indented(problems.map(problemText))].join("\n")),
    );
  process.exitCode = ok ? 0 : 2;
}

const indented = (sentences: readonly string[]): string[] => sentences.map((sentence) => `  ${sentence}`);

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new ForgehandError("NOT_FOUND", `${file} cannot be read (${code}). Check the path.`, {
      cause: error,
    });
  }
}
