import { existsSync, statSync } from "node:fs";

import type { Box, Command } from "../../core/executor.ts";
import { hidingMounts } from "./hides.ts";
import type { Way } from "./launch.ts";
import { FACTS_AT, FILTER_AT, launchWords } from "./launch.ts";
import type { Mount } from "./mounts.ts";
import { mountWords } from "./mounts.ts";
import type { Programs } from "./programs.ts";
import type { Spare } from "./spare.ts";
import { GROUP, USER } from "./spare.ts";
import { isIn, systemMounts, toolchainMounts } from "./system.ts";

/** Bytes of memory that programs may share by files in /dev/shm, as browsers do. */
const SHARED_MEMORY = 256 * 1_024 ** 2;
/** Bytes of /tmp where a command has no folder of its own for that. */
const SMALL_TMP = 64 * 1_024 ** 2;
/** Makes ports from 80 on free for everybody in a network namespace (ip(7)); 1024 is what a new one begins with. */
const FREE_PORTS = "echo 80 >/proc/sys/net/ipv4/ip_unprivileged_port_start";

/** What a box is made of beside what its command asks for. */
export interface Parts {
  readonly programs: Programs;
  readonly spare: Spare;
  readonly ways: readonly Way[];
  /** Files and folders that no command may read, whatever else it may. */
  readonly closed: readonly string[];
}

/**
 * The whole command line of bubblewrap. Everything that is not mounted is not there; nothing but the folders of `writes`
 * and small folders in memory can be written; every namespace is its own; there are no rights of root, and the command
 * cannot get any.
 */
export function bubblewrapWords(
  command: Command & { box: Box },
  parts: Parts,
): string[] | { tooMuch: string } {
  const { programs, ways } = parts;
  const mounts = mountsOf(command, parts);
  if ("tooMuch" in mounts) return mounts;
  const bridged = ways.some(({ host }) => host !== undefined);
  const words = [
    programs.bwrap,
    ...["--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try"],
    ...(bridged ? [] : ["--unshare-net"]),
    ...["--uid", String(USER), "--gid", String(GROUP), "--cap-drop", "ALL", "--hostname", "forgehand"],
    // When we die, however suddenly, the kernel kills the first process of the namespace, and thereby all of them.
    ...["--die-with-parent", "--new-session"],
    ...["--proc", "/proc", "--dev", "/dev", "--size", String(SHARED_MEMORY), "--tmpfs", "/dev/shm"],
    ...mountWords(mounts),
    ...["--remount-ro", "/dev", "--remount-ro", "/"],
    ...["--chdir", command.cwd, "--json-status-fd", String(FACTS_AT), "--seccomp", String(FILTER_AT), "--"],
    ...launchWords(command, ways, programs),
  ];
  return bridged ? inNetworkOf(programs, words) : words;
}

function mountsOf(
  command: Command & { box: Box },
  { spare, ways, closed }: Parts,
): Mount[] | { tooMuch: string } {
  const { box, environment } = command;
  const hidden = hidingMounts(box.hides, box.writes, spare.blanks);
  if ("tooMuch" in hidden) return hidden;
  const { TMPDIR: tmp = "" } = environment;
  const tmpMount: Mount = box.writes.includes(tmp)
    ? { kind: "write", path: "/tmp", from: tmp }
    : { kind: "memory", path: "/tmp", size: SMALL_TMP };
  const readable: Mount[] = [
    ...systemMounts(),
    ...toolchainMounts(environment.PATH ?? ""),
    ...box.reads.map((path): Mount => ({ kind: "read", path })),
  ];
  const within = closed.filter(
    (path) => existsSync(path) && readable.some((mount) => mount.path !== path && isIn(path, mount.path)),
  );
  return [
    tmpMount,
    { kind: "link", path: "/var/tmp", to: "/tmp" },
    ...readable.filter(({ path }) => !closed.includes(path)),
    ...within.map((path) => closedMount(path, spare)),
    ...spare.mounts,
    ...ways.map(({ socket, inside }): Mount => ({ kind: "read", path: inside, from: socket })),
    ...box.writes.map((path): Mount => ({ kind: "write", path })),
    ...hidden,
  ];
}

/** What lies in something readable and is not to be read: it is seen empty. */
function closedMount(path: string, { blanks }: Spare): Mount {
  return statSync(path).isDirectory() ? { kind: "empty", path } : { kind: "read", path, from: blanks.empty };
}

/**
 * Execute words in a network namespace of its own whose low ports are free. A box cannot do that for itself: bubblewrap
 * gives it a user namespace below the one that its network belongs to, so no right of it counts there.
 */
function inNetworkOf({ bwrap }: Programs, words: readonly string[]): string[] {
  const namespaces = [
    "--unshare-user",
    "--unshare-net",
    "--uid",
    "0",
    "--gid",
    "0",
    "--cap-add",
    "CAP_NET_ADMIN",
  ];
  const rest = ["--die-with-parent", "--dev-bind", "/", "/", "--"];
  return [bwrap, ...namespaces, ...rest, "/bin/sh", "-euc", `${FREE_PORTS}; exec "$@"`, "sh", ...words];
}
