import { join } from "node:path";

import type { Box, Command } from "../../core/executor.ts";
import type { Programs } from "./programs.ts";

/** Where the sockets of ours are inside of a box. */
const SOCKETS = "/run/forgehand";
/** The port of the box's own loopback that the proxy is on. */
const PROXY_PORT = 3_128;
/** The port that plain HTTP goes to: what a host name of a bridge is asked at. */
const BRIDGE_PORT = 80;
/**
 * File descriptors beside the usual three: where the launcher tells that the command starts, and bubblewrap its facts;
 * where bubblewrap reads the filter of system calls, and the command's variables.
 */
export const TOLD_AT = 3;
export const FACTS_AT = 4;
export const FILTER_AT = 5;
export const VARIABLES_AT = 6;
const CLOSED = [TOLD_AT, FACTS_AT, FILTER_AT, VARIABLES_AT].map((file) => `${file}>&-`).join(" ");
/** What the launcher says before it hands over, in one word. */
export const STARTS = "starts";
export const MISSING = "missing";
/** How often the launcher looks whether a port is open, a hundredth of a second apart: a busy machine needs a while. */
const MOST_TRIES = 1_000;
/** Seconds of processor time between the signal that a program can heed and its end. */
const CPU_GRACE_SECONDS = 5;

/** A way into a box: a port of its loopback that leads to a socket of ours outside. */
export interface Way {
  readonly port: number;
  /** What the port is bound to: the box's own loopback, one address for each bridge. */
  readonly address: string;
  /** The host name that leads there, if it is a bridge. */
  readonly host?: string;
  /** The socket outside. */
  readonly socket: string;
  /** The same inside. */
  readonly inside: string;
}

/** The address on the box's own loopback that each bridge's host name leads to. */
export function bridgeAddresses({ bridges }: Box): ReadonlyMap<string, string> {
  return new Map(Object.keys(bridges).map((host, index) => [host, `127.0.0.${index + 2}`]));
}

/** The ways of a box: to the proxy at `socket`, and to each bridge. None where it reaches nothing at all. */
export function waysOf(box: Box, socket: string): Way[] {
  const bridges = [...bridgeAddresses(box)];
  if (box.network.length === 0 && bridges.length === 0) return [];
  return [
    { port: PROXY_PORT, address: "127.0.0.1", socket, inside: join(SOCKETS, "proxy") },
    ...bridges.flatMap(([host, address]) => {
      const { [host]: outside } = box.bridges;
      if (outside === undefined) return [];
      return [{ port: BRIDGE_PORT, address, host, socket: outside, inside: join(SOCKETS, host) }];
    }),
  ];
}

/** The variables by which HTTP clients of all sorts find the proxy; what a command has of its own wins. */
export function proxyVariables(ways: readonly Way[]): Record<string, string> {
  if (ways.length === 0) return {};
  const proxy = `http://127.0.0.1:${PROXY_PORT}`;
  const direct = ["localhost", "127.0.0.1", "::1", ...ways.flatMap(({ host }) => host ?? [])];
  const java = ["http", "https"].map(
    (scheme) => `-D${scheme}.proxyHost=127.0.0.1 -D${scheme}.proxyPort=${PROXY_PORT}`,
  );
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
  return {
    ...Object.fromEntries(names.map((name) => [name, proxy])),
    NO_PROXY: direct.join(","),
    no_proxy: direct.join(","),
    NODE_USE_ENV_PROXY: "1",
    JAVA_TOOL_OPTIONS: `${java.join(" ")} -Dhttp.nonProxyHosts=${direct.join("|")}`,
  };
}

/** What the launcher needs beside the command. */
interface Launch {
  readonly ways: readonly Way[];
  readonly programs: Programs;
  /** Lines of shell that give the command its variables. */
  readonly unpack: readonly string[];
}

/**
 * The words that are executed in a box: a few lines of shell that open the ways, wait until they are open and set the
 * limits that the kernel keeps for each process; and under these a few more that take the command's variables, say that
 * it starts, and become it. From its variables on, no program is executed but the command, so that they bend no limit.
 * The carriers are no children of the command, and hold none of its files open.
 */
export function launchWords(
  { argv, box }: Command & { box: Box },
  { ways, programs, unpack }: Launch,
): string[] {
  const carriers = ways.flatMap(({ port, address, inside }) => [
    `( ${programs.socat} TCP-LISTEN:${port},bind=${address},reuseaddr,fork,backlog=128 UNIX-CONNECT:${inside} </dev/null >/dev/null 2>&1 ${CLOSED} & )`,
    `tries=0`,
    `until PATH=/usr/bin:/bin grep -q '${listening(address, port)}' /proc/net/tcp; do`,
    `  tries=$((tries + 1)); [ $tries -lt ${MOST_TRIES} ] || { echo "port ${port} of the sandbox does not open" >&2; exit 126; }`,
    `  PATH=/usr/bin:/bin sleep 0.01`,
    `done`,
  ]);
  const opening = [
    ...carriers,
    `exec ${[programs.prlimit, ...limitWords(box)].join(" ")} -- /bin/sh -c "$@"`,
  ];
  const becoming = [
    ...unpack,
    `command -v -- "$1" >/dev/null || { echo ${MISSING} >&${TOLD_AT}; exit 127; }`,
    `echo ${STARTS} >&${TOLD_AT}`,
    `exec ${CLOSED}`,
    `exec "$@"`,
  ];
  return ["/bin/sh", "-c", opening.join("\n"), "sh", becoming.join("\n"), "sh", ...argv];
}

/** Where the kernel stops what multiplies faster than we look: above the limit, so that we see that it is passed. */
export const hardLimitOf = (processes: number): number => Math.ceil(processes * 1.25) + 16;

function limitWords({ limits: { processes, cpu, disk } }: Box): string[] {
  return [
    "--core=0",
    // Counted for each user namespace since Linux 5.14, so for this box alone; before that for all of our account.
    ...(processes === undefined ? [] : [`--nproc=${hardLimitOf(processes)}`]),
    ...(cpu === undefined ? [] : [`--cpu=${cpu}:${cpu + CPU_GRACE_SECONDS}`]),
    ...(disk === undefined ? [] : [`--fsize=${disk}`]),
  ];
}

/** How a listening socket looks in /proc/net/tcp: its address byte for byte from the end, its port, no peer, state 0A. */
function listening(address: string, port: number): string {
  const bytes = address.split(".").reverse();
  const hex = (value: number, length: number) => value.toString(16).toUpperCase().padStart(length, "0");
  return `${bytes.map((byte) => hex(Number(byte), 2)).join("")}:${hex(port, 4)} 00000000:0000 0A`;
}
