import { readFileSync, writeFileSync } from "node:fs";

import type { Command } from "commander";

import { withoutSecrets } from "../config/hide.ts";
import { editorSchema } from "../config/editor.ts";
import { repositoryEditorSchema } from "../config/repository/editor.ts";
import { insertTable, settingsTable } from "../config/table.ts";
import { ForgehandError } from "../core/errors.ts";
import { adapters } from "../forges/index.ts";
import type { ConfigOptions } from "./settings.ts";
import { loadOrThrow, withConfigOptions } from "./settings.ts";

export function addConfig(program: Command): void {
  const config = program.command("config").description("Look at settings.");
  withConfigOptions(config.command("show"))
    .description("The config as it counts, as JSON, with secrets hidden.")
    .action((options: ConfigOptions) => {
      console.log(JSON.stringify(withoutSecrets(loadOrThrow(options)), null, 2));
    });
  config
    .command("schema")
    .description("The JSON Schema of forgehand.yml, for editors.")
    .option("--repository", "that of the .forgehand.yml of a repository")
    .action(({ repository }: { repository?: true }) => {
      const schema = repository === true ? repositoryEditorSchema() : editorSchema(adapters);
      console.log(JSON.stringify(schema, null, 2));
    });
  config
    .command("docs [file]")
    .description("Write the table of all settings between the markers of a page (docs/configuration.md).")
    .action((file = "docs/configuration.md") => {
      writeTable(String(file));
    });
}

function writeTable(file: string): void {
  try {
    writeFileSync(file, insertTable(readFileSync(file, "utf8"), settingsTable(adapters)));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    throw new ForgehandError("NOT_FOUND", `${file} cannot be read or written (${code}). Check the path.`, {
      cause: error,
    });
  }
}
