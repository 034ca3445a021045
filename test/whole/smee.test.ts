import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { sign } from "../../demo/github/deliveries.ts";
import { COMMAND } from "../../demo/forgehand.ts";
import { silent } from "../../src/core/log.ts";
import { openSqlite } from "../../src/record/sqlite.ts";
import { openChannel } from "../support/channel.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";

const SECRET = "a secret of the test";

describe("deliveries of a smee channel", () => {
  it.each([
    ["serve --smee", (url: string) => ({ argv: ["--smee", url], environment: {} })],
    ["WEBHOOK_PROXY_URL", (url: string) => ({ argv: [], environment: { WEBHOOK_PROXY_URL: url } })],
  ])("are proven and kept by a server started with %s", async (_way, how) => {
    await using folder = await temporaryFolder();
    await using channel = await openChannel();
    const { argv, environment } = how(channel.url);
    const server = spawn(process.execPath, [COMMAND, "serve", "--port", "0", ...argv], {
      cwd: folder.path,
      env: {
        PATH: process.env.PATH,
        GITHUB_PERSONAL_ACCESS_TOKEN: "token-of-the-test",
        GITHUB_WEBHOOK_SECRET: SECRET,
        FORGEHAND_DATA_DIR: folder.path,
        ...environment,
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = once(server, "exit");
    let log = "";
    server.stderr.setEncoding("utf8").on("data", (text: string) => (log += text));
    try {
      await channel.connections(1);
      await until(() => log.includes("smee connected"));
      const { headers, body } = sign({ event: "ping", payload: { zen: "Keep it short." } }, SECRET);
      channel.send(headers, JSON.parse(body));
      channel.send({ ...headers, "x-github-delivery": "forged" }, { zen: "Not what was signed." });
      await until(() => log.includes("sender not proven"));
      const store = await openSqlite({ path: join(folder.path, "forgehand.db"), log: silent });
      const kept = await until(async () => {
        const deliveries = await store.deliveries({ limit: 10 });
        return deliveries.length > 0 && deliveries;
      }).finally(() => store.close());
      expect(kept).toMatchObject([{ event: "ping", id: headers["x-github-delivery"], reading: "ignored" }]);
    } finally {
      server.kill("SIGTERM");
      await ended;
    }
  });
});
