import { spawn } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

import type { Command } from "commander";

export function addDemo(program: Command): void {
  program
    .command("demo")
    .description("See the whole of it work on this computer: no account, no network, only git and Node.")
    .option("--json", "print the facts as one JSON object")
    .option("--keep", "leave the server running and print its sign-in link")
    .action(demo);
}

/** The demo is a program of its own, so that it sees Forgehand as everybody does. */
async function demo(options: { json?: true; keep?: true }): Promise<void> {
  const extension = extname(fileURLToPath(import.meta.url));
  const path = fileURLToPath(new URL(`../../demo/demo${extension}`, import.meta.url));
  const flags = [...(options.json ? ["--json"] : []), ...(options.keep ? ["--keep"] : [])];
  const child = spawn(process.execPath, [path, ...flags], { stdio: "inherit" });
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  process.on("SIGTERM", pass).on("SIGINT", pass);
  const [code] = (await once(child, "exit")) as [number | null];
  process.exitCode = code ?? 1;
}
