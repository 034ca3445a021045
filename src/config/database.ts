import type { Config } from "./schema.ts";

/** The file of the store; undefined where it is not in a file of ours. */
export function sqlitePath({ database }: Pick<Config, "database">): string | undefined {
  return database.startsWith("sqlite:") ? database.replace(/^sqlite:/, "") : undefined;
}
