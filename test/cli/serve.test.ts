import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";

import { describe, expect, it } from "@jest/globals";

import { freePort } from "../support/free-port.ts";
import { forgehand, start } from "./command.ts";

/** Start a server on a free port and wait until it says where it listens. */
async function serving(environment: Record<string, string> = {}, args: readonly string[] = []) {
  const child = start(["serve", "--port", "0", ...args], { environment });
  const ended = once(child, "exit") as Promise<[number | null, string | null]>;
  const log = text(child.stderr);
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /^Forgehand listens on (\S+)$/.exec(line) ?? [];
    if (url !== undefined) return { child, ended, log, url };
  }
  throw new Error(`it ended: ${await log}`);
}

describe("forgehand serve", () => {
  it("answers without any forge, warns what to do, and stops at SIGTERM", async () => {
    const { child, ended, log, url } = await serving();
    expect((await fetch(`${url}/health`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    const lines = (await log).trim().split("\n");
    const messages = lines.map((line) => JSON.parse(line) as { msg: string; path?: string });
    expect(messages).toContainEqual(expect.objectContaining({ path: "forges" }));
  });

  it("needs no webhook secret and has no address for webhooks when it only polls", async () => {
    const environment = { GITLAB_PERSONAL_ACCESS_TOKEN: "t", GITLAB_API_URL: "http://127.0.0.1:9" };
    const refused = await forgehand(["serve", "--port", "0"], { environment });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("--poll-only")]);
    const { child, ended, url } = await serving(environment, ["--poll-only"]);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    for (const path of ["/webhooks", "/webhooks/gitlab", "/webhook/gitlab", "/"]) {
      expect([path, (await fetch(`${url}${path}`, { method: "POST" })).status]).toEqual([path, 404]);
    }
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  });

  it("says in a sentence that its port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await forgehand(["serve", "--port", String(port)]);
    other.close();
    expect(code).toBe(2);
    expect(stderr).toContain(`cannot listen on 127.0.0.1 port ${port}: another program listens there`);
  });

  it("waits for a database that is starting, and in the end says that nobody answers there", async () => {
    const port = await freePort();
    const environment = { DATABASE_URL: `postgres://forgehand:hunter2@127.0.0.1:${port}/forgehand` };
    const { code, stderr } = await forgehand(["serve", "--port", "0"], { environment });
    expect(code).toBe(1);
    expect(stderr).toContain(`The database forgehand on 127.0.0.1:${port} cannot be reached`);
    expect(stderr).not.toContain("hunter2");
  }, 60_000);
});
