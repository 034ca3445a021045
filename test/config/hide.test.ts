import { describe, expect, it } from "@jest/globals";

import { withoutSecrets } from "../../src/config/hide.ts";
import { configOf } from "./loading.ts";

describe("a config that is shown", () => {
  it("shows addresses and kinds, and hides every secret", () => {
    const config = configOf(
      `
server: { smee: https://smee.io/hunter2 }
forges: { a: { kind: github, url: https://git.example, token: hunter2, webhookSecret: [hunter2-new, hunter2-old] } }
automations: { test: { on: { push: true }, run: make, secrets: [KEY], environment: { PLAIN: "\${KEY}" } } }
`,
      { environment: { KEY: "hunter2" } },
    );
    const shown = JSON.stringify(withoutSecrets(config));
    expect(shown).not.toContain("hunter2");
    for (const text of ["https://git.example", "github", "make", "KEY", "PLAIN"])
      expect(shown).toContain(text);
  });

  it.each([
    ["postgres://me:hunter2@db.example:5432/forgehand", "postgres://me:(hidden)@db.example:5432/forgehand"],
    ["postgres://me:hunt@er2@db/forgehand", "postgres://me:(hidden)@db/forgehand"],
    ["postgresql://db/forgehand?password=hunter2", "postgresql://db/forgehand?(hidden)"],
    ["postgres://me:12/hunter2@db/forgehand", "postgres://(hidden)"],
    ["postgres:///forgehand", "postgres:///forgehand"],
  ])("shows of %s where the database is", (database, shown) => {
    expect(withoutSecrets(configOf(`database: "${database}"`))).toMatchObject({ database: shown });
  });

  it.each([
    ["amqps://me:hunter2@a:5671,b:5671/bot", "amqps://me:(hidden)@a:5671,b:5671/bot"],
    ["amqp://me@a", "amqp://me@a"],
    ["amqp://a/bot?heartbeat=5", "amqp://a/bot?(hidden)"],
    ["embedded", "embedded"],
  ])("shows of %s where the queue is", (queue, shown) => {
    expect(withoutSecrets(configOf(`queue: "${queue}"`))).toMatchObject({ queue: shown });
  });
});
