import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether a program is found on the path. */
export function hasProgram(name: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Those of some programs that are not found on the path. */
export const missingOf = (programs: readonly string[]): string[] =>
  programs.filter((name) => !hasProgram(name));
