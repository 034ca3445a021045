import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, dirname, isAbsolute, join, normalize, relative, resolve } from "node:path";

import type { Mount } from "./mounts.ts";

/** Folders that are links into /usr on most systems of today, and folders of their own on others. */
const BESIDE_USR = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

/**
 * What a command may read of /etc: what programs need to run, and nothing that can hold a secret. Not there are, above
 * all: shadow, ssh, ssl/private, sudoers, inventories, and files of ours that systemd may keep there.
 */
const OF_ETC: readonly RegExp[] = [
  /^alternatives$/,
  /^bash\.bashrc$/,
  /^(ca-certificates|ca-certificates\.conf|crypto-policies)$/,
  /^(debian_version|lsb-release|os-release|redhat-release|alpine-release|fedora-release|issue)$/,
  /^(fonts|ImageMagick-\d+)$/,
  /^(host\.conf|nsswitch\.conf|protocols|services|rpc|ethertypes)$/,
  /^(inputrc|terminfo|shells|login\.defs)$/,
  /^(java|java-\S+|maven|gradle)$/,
  /^ld\.so\.(cache|conf|conf\.d)$/,
  /^(localtime|timezone|locale\.alias|locale\.conf)$/,
  /^(magic|magic\.mime|mime\.types|xml|sgml|papersize|texmf)$/,
  /^(perl|python\d?(\.\d+)?|php|ghc|mono|dotnet|R|emacs)$/,
];

/** Files and folders of certificates that everybody may read; their neighbours may be private keys. */
const CERTIFICATES = [
  "/etc/ssl/certs",
  "/etc/ssl/cert.pem",
  "/etc/ssl/openssl.cnf",
  "/etc/pki/ca-trust",
  "/etc/pki/java",
  "/etc/pki/tls/certs",
  "/etc/pki/tls/cert.pem",
  "/etc/pki/tls/openssl.cnf",
];

/** The system as a command sees it: programs, libraries and what they need of /etc. */
export function systemMounts(): Mount[] {
  return [
    { kind: "read", path: "/usr" },
    ...BESIDE_USR.flatMap((path) => besideUsr(path)),
    ...["/nix/store", ...CERTIFICATES].filter(existsSync).map((path): Mount => ({ kind: "read", path })),
    ...readdirSync("/etc")
      .filter((name) => OF_ETC.some((allowed) => allowed.test(name)))
      .map((name): Mount => ({ kind: "read", path: join("/etc", name) })),
  ];
}

function besideUsr(path: string): Mount[] {
  if (!existsSync(path)) return [];
  if (lstatSync(path).isSymbolicLink()) return [{ kind: "link", path, to: readlinkSync(path) }];
  return [{ kind: "read", path }];
}

/**
 * The tool chain: the folders of a path that are in our own path, too, and Node's own. A path can leave some out, but it
 * cannot name what else is to be seen: a command's may come from a repository. Where a `bin` lies beside a `lib`, the two belong together, as
 * with Node's npm; but never so much as a home folder or a folder right in it, which hold keys of all sorts.
 */
export function toolchainMounts(path: string, ownPath: string): Mount[] {
  const node = dirname(process.execPath);
  const real = dirname(realpathSync(process.execPath));
  const own = new Set(ownPath.split(delimiter));
  const folders = [...path.split(delimiter).filter((folder) => own.has(folder)), node, real]
    .filter((folder) => isAbsolute(folder))
    .map(normalize);
  const known = folders.map((folder) => resolve(folder)).filter((folder) => !isIn(folder, "/usr"));
  return [...new Set(known.map(prefixOf))]
    .filter((folder) => isFolder(folder) && folder !== "/" && !isIn(homedir(), folder))
    .map((folder) => ({ kind: "read", path: folder }));
}

function prefixOf(folder: string): string {
  const prefix = dirname(folder);
  // A version manager (pyenv, rbenv, asdf): what its shims lead to lies beside them.
  if (basename(folder) === "shims" && prefix !== homedir()) return prefix;
  const isPrefix = /^s?bin$/.test(basename(folder)) && isFolder(join(prefix, "lib"));
  const isNearHome = isIn(homedir(), prefix) || dirname(prefix) === homedir();
  return isPrefix && prefix !== "/" && !isNearHome ? prefix : folder;
}

/** Whether a path is a folder, or in it. */
export function isIn(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (!way.startsWith("../") && way !== ".." && !isAbsolute(way));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Not there, or shut to our account.
    return false;
  }
}
