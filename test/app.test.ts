import { once } from "node:events";
import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { sign } from "../demo/github/deliveries.ts";
import { silent } from "../src/core/log.ts";
import { openSqlite } from "../src/record/sqlite.ts";
import { freePort } from "./support/free-port.ts";
import { temporaryFolder } from "./support/temporary.ts";
import { until } from "./support/until.ts";

const SECRET = "a secret of the test";
const PROBOT = "node_modules/probot/bin/probot.js";

/** `probot run ./src/app.ts` with the credentials of an App, until its scope ends. */
async function probotRun(dataDir: string): Promise<AsyncDisposable & { url: string }> {
  const port = await freePort();
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [PROBOT, "run", "./src/app.ts"], {
    env: {
      PATH: process.env.PATH,
      HOST: "127.0.0.1",
      PORT: String(port),
      APP_ID: "1",
      PRIVATE_KEY: privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
      WEBHOOK_SECRET: SECRET,
      FORGEHAND_DATA_DIR: dataDir,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => (output += String(piece)));
  const exited = once(child, "exit");
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`probot run ended:\n${output}`);
    return fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  }, 20_000);
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

describe("npx probot run", () => {
  it("keeps a delivery that Probot verified before it is answered, and serves our other routes", async () => {
    await using folder = await temporaryFolder();
    {
      await using probot = await probotRun(folder.path);
      const post = (delivery: { headers: Readonly<Record<string, string>>; body: string }) =>
        fetch(`${probot.url}/api/github/webhooks`, { method: "POST", ...delivery });

      const payload = {
        action: "labeled",
        label: { name: "coding agent" },
        issue: {
          number: 7,
          title: "Fix it",
          body: null,
          state: "open",
          labels: [{ name: "coding agent" }],
          html_url: "https://github.example/octo/hello/issues/7",
        },
        repository: { id: 42, full_name: "octo/hello", default_branch: "main" },
        sender: { id: 1, login: "alice" },
      };
      const told = { event: "issues", payload };
      expect((await post(sign(told, SECRET, "11111111-1111-1111-1111-111111111111"))).status).toBe(200);
      expect((await post(sign(told, "another secret"))).status).toBe(400);
      const home = await fetch(`${probot.url}/runs/1`);
      expect(home.status).toBe(401);
    }
    const store = await openSqlite({ path: join(folder.path, "forgehand.db"), log: silent });
    try {
      const kept = await store.deliveries({ limit: 10 });
      expect(kept).toMatchObject([{ event: "issues", reading: "event", rewritten: true, forge: "github" }]);
    } finally {
      await store.close();
    }
  });
});
