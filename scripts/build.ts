import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";

// Compiles src/ and demo/ to dist/, which is what the package and the container hold. Nothing of an older build stays.
const root = join(import.meta.dirname, "..");
const command = join(root, "dist/src/cli/forgehand.js");

rmSync(join(root, "dist"), { recursive: true, force: true });
const compiler = join(root, "node_modules/typescript/bin/tsc");
const { status } = spawnSync(process.execPath, [compiler, "--project", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
if (existsSync(command)) chmodSync(command, 0o755);
process.exitCode = status ?? 1;
