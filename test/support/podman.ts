import { execa } from "execa";
import { join } from "node:path";

/** The programs that it takes; all are Debian packages. */
export const PODMAN_PROGRAMS = ["podman", "runc", "conmon"];

/** Podman with a storage of its own in a folder, without an engine or a registry. Needs root. */
export interface Podman {
  /** Run a podman command. Throws with its output unless it ends well. */
  run(args: readonly string[], options?: { input?: NodeJS.ReadableStream | string }): Promise<string>;
  /** End and forget every container and image, so that the folder can be removed. */
  clear(): Promise<void>;
}

export function podmanIn(folder: string): Podman {
  const place = ["--root", join(folder, "storage"), "--runroot", join(folder, "run")];
  // What works without systemd and without a driver for layers.
  const ways = ["--runtime", "runc", "--cgroup-manager", "cgroupfs", "--storage-driver", "vfs"];
  const run: Podman["run"] = async (args, { input } = {}) => {
    const { stdout } = await execa("podman", [...place, ...ways, ...args], {
      ...(typeof input === "string" ? { input } : { stdin: input ?? "ignore" }),
    });
    return stdout;
  };
  return {
    run,
    clear: async () => {
      await run(["rm", "--all", "--force", "--volumes", "--time", "0"]);
      await run(["rmi", "--all", "--force"]);
    },
  };
}
