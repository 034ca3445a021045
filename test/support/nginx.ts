import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { until } from "./until.ts";

/**
 * Start the nginx of this machine with a file for its http section; gone when its scope ends. `folder`: empty, for what it
 * writes. Throws with its words where it does not come to answer at the address.
 */
export async function startNginx({
  folder,
  config,
  url,
}: {
  folder: string;
  config: string;
  url: string;
}): Promise<AsyncDisposable> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "default.conf"), config);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  );
  const lines = [
    ...(process.getuid?.() === 0 ? ["user root;"] : []),
    "daemon off; worker_processes 1;",
    `pid ${join(folder, "nginx.pid")}; error_log stderr;`,
    "events {}",
    `http { access_log off; ${temporary.join(" ")} include ${join(folder, "default.conf")}; }`,
  ];
  const main = join(folder, "nginx.conf");
  await writeFile(main, lines.join("\n"));
  const child = spawn("nginx", ["-p", folder, "-e", "stderr", "-c", main], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const gone = once(child, "close");
  let words = "";
  child.stderr.on("data", (data: Buffer) => (words += data.toString()));
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${words}`);
    return fetch(url).then(
      () => true,
      () => false,
    );
  });
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await gone;
    },
  };
}
