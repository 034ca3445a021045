import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** The programs of the system that a box is made with, by their absolute paths. */
export interface Programs {
  /** Makes the namespaces and mounts. Debian's package `bubblewrap`. */
  readonly bwrap: string;
  /** Carries the box's connections to the sockets of ours. Debian's package `socat`. */
  readonly socat: string;
  /** Sets the limits of the kernel. Debian's package `util-linux`. */
  readonly prlimit: string;
}

const NAMES = ["bwrap", "socat", "prlimit"] as const satisfies readonly (keyof Programs)[];

/** Find the programs on a path; those that are missing are named. */
export function findPrograms(path = process.env.PATH ?? ""): Programs | { missing: string[] } {
  const found = Object.fromEntries(NAMES.map((name) => [name, findProgram(name, path)]));
  const missing = NAMES.filter((name) => found[name] === undefined);
  return missing.length === 0 ? (found as unknown as Programs) : { missing };
}

function findProgram(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
