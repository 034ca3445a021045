import { existsSync, statSync } from "node:fs";

import type { Box, Command } from "../../core/executor.ts";
import { hidingMounts } from "./hides.ts";
import type { Way } from "./launch.ts";
import { FACTS_AT, FILTER_AT, launchWords, VARIABLES_AT } from "./launch.ts";
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
/**
 * Devices are the machine's own, and belong to the system's root: where we are that, a command could change their rights
 * (no other account can). On a mount for reading they can be written to, but not changed.
 */
const KEEP_DEVICES =
  "for device in null zero full random urandom tty; do PATH=/usr/bin:/bin mount -o bind,ro /dev/$device /dev/$device; done";

/**
 * What of /proc belongs to the whole machine: closed for writing, or not to be seen. Without that its owner, the system's
 * root, could change it from inside, be it without any right of root (as container engines know: OCI, "Readonly Paths").
 */
const PROC_WORDS = [
  ...["sys", "sysrq-trigger", "irq", "bus", "fs", "acpi", "scsi", "driver"].flatMap((name) => [
    "--ro-bind-try",
    `/proc/${name}`,
    `/proc/${name}`,
  ]),
  ...["kcore", "keys", "key-users", "timer_list", "sched_debug", "latency_stats", "kallsyms", "kmsg"]
    .filter((name) => existsSync(`/proc/${name}`))
    .flatMap((name) => ["--ro-bind", "/dev/null", `/proc/${name}`]),
];
/** What a box is made of beside what its command asks for. */
export interface Parts {
  readonly programs: Programs;
  readonly spare: Spare;
  readonly ways: readonly Way[];
  /** Lines of shell that give the command the variables that come by `VARIABLES_AT`. */
  readonly unpack: readonly string[];
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
  const { programs, ways, unpack } = parts;
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
    ...["--proc", "/proc", ...PROC_WORDS],
    ...["--dev", "/dev", "--size", String(SHARED_MEMORY), "--tmpfs", "/dev/shm"],
    ...mountWords(mounts),
    ...["--remount-ro", "/dev", "--remount-ro", "/"],
    ...["--chdir", command.cwd, "--json-status-fd", String(FACTS_AT), "--seccomp", String(FILTER_AT)],
    ...["--args", String(VARIABLES_AT), "--"],
    ...launchWords(command, { ways, programs, unpack }),
  ];
  const preparations = [
    ...(bridged ? [FREE_PORTS] : []),
    ...(process.getuid?.() === 0 ? [KEEP_DEVICES] : []),
  ];
  return preparations.length === 0 ? words : prepared(programs, { preparations, bridged }, words);
}

function mountsOf(
  { box, environment }: Command & { box: Box },
  { spare, ways, closed }: Parts,
): Mount[] | { tooMuch: string } {
  const hidden = hidingMounts(box.hides, box.writes, spare.blanks);
  if ("tooMuch" in hidden) return hidden;
  const tmpMount: Mount =
    box.tmp === undefined
      ? { kind: "memory", path: "/tmp", size: SMALL_TMP }
      : { kind: "write", path: "/tmp", from: box.tmp };
  const readable: Mount[] = [
    ...systemMounts(),
    ...toolchainMounts(environment.PATH ?? "", process.env.PATH ?? ""),
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
 * Execute words after preparations that take rights, in namespaces around those of the box: bubblewrap gives the box a
 * user namespace below the one that its network and its first mounts belong to, so no right of it counts there. None of
 * these rights goes on to the box.
 */
function prepared(
  { bwrap }: Programs,
  { preparations, bridged }: { preparations: readonly string[]; bridged: boolean },
  words: readonly string[],
): string[] {
  const namespaces = ["--unshare-user", "--uid", "0", "--gid", "0", ...(bridged ? ["--unshare-net"] : [])];
  // The last one: only with it may a namespace hand on what it knows as root (user_namespaces(7), Linux 5.12).
  const rights = ["CAP_NET_ADMIN", "CAP_SYS_ADMIN", "CAP_SETFCAP"].flatMap((right) => ["--cap-add", right]);
  const around = [bwrap, ...namespaces, ...rights, "--die-with-parent", "--dev-bind", "/", "/", "--"];
  const script = [...preparations, 'exec "$@"'].join("\n");
  return [...around, "/bin/sh", "-euc", script, "sh", ...words];
}
