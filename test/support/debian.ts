import { execa } from "execa";
import { chmod, cp, mkdir, readdir, readFile, realpath, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The release that `node:24-slim` is made of. */
const RELEASE = "bookworm";

/**
 * Make in a folder what `node:24-slim` is: a small Debian with Node and npm in `/usr/local` and the account `node`
 * (1000). Debian comes from the mirror of this machine, Node and npm are those that run this test. Needs root and
 * debootstrap.
 */
export async function makeNodeImage(folder: string): Promise<void> {
  await execa("debootstrap", ["--variant=minbase", RELEASE, folder, await mirror()]);
  const local = join(folder, "usr/local");
  await cp(process.execPath, join(local, "bin/node"));
  await chmod(join(local, "bin/node"), 0o755);
  const npm = await npmFolder();
  await mkdir(join(local, "lib/node_modules"), { recursive: true });
  await cp(npm, join(local, "lib/node_modules/npm"), { recursive: true, verbatimSymlinks: true });
  for (const command of ["npm", "npx"]) {
    await symlink(`../lib/node_modules/npm/bin/${command}-cli.js`, join(local, "bin", command));
  }
  await execa("chroot", [folder, "groupadd", "--gid", "1000", "node"]);
  const account = ["--uid", "1000", "--gid", "node", "--shell", "/bin/bash", "--create-home", "node"];
  await execa("chroot", [folder, "useradd", ...account]);
}

/** The first Debian mirror that this machine installs from. */
async function mirror(): Promise<string> {
  const parts = await readdir("/etc/apt/sources.list.d").catch(() => []);
  const files = ["/etc/apt/sources.list", ...parts.map((name) => join("/etc/apt/sources.list.d", name))];
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")));
  // `deb [options] URL suite …` or, in newer files, `URIs: URL`; other vendors' mirrors do not end in /debian.
  const found = /^(?:deb (?:\[.*\] )?|URIs: )(https?:\/\/\S+\/debian\/?)(?=\s|$)/m.exec(
    texts.join("\n"),
  )?.[1];
  if (found === undefined) throw new Error("This machine has no Debian mirror in /etc/apt/sources.list*.");
  return found;
}

/** The npm of this machine: the folder that holds the command's own file. */
async function npmFolder(): Promise<string> {
  const { stdout } = await execa("sh", ["-c", "command -v npm"]);
  return dirname(dirname(await realpath(stdout)));
}
