import { expect, it } from "@jest/globals";

import type { Finding } from "../../src/cli/probe.ts";
import { freePort } from "../support/free-port.ts";
import { freshPostgres, missingPostgres } from "../support/postgres.ts";
import { freshRabbit, missingForRabbit } from "../support/rabbitmq.ts";
import { describeWith } from "../support/services.ts";
import { forgehand } from "./command.ts";

/** What `check` finds of the servers, without a forge. */
async function found(environment: Record<string, string>): Promise<Finding[]> {
  const { stdout } = await forgehand(["check", "--json"], { environment });
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return findings.filter(({ what }) => what === "database" || what === "queue");
}

describeWith([...missingPostgres, ...(await missingForRabbit())])("forgehand check", () => {
  it("looks whether PostgreSQL and RabbitMQ answer, and changes nothing there", async () => {
    await using postgres = await freshPostgres();
    await using rabbit = await freshRabbit();
    expect(await found({ DATABASE_URL: postgres.url, QUEUE_URL: rabbit.url() })).toEqual([
      { what: "database", ok: true, message: "it answers; its tables will be made by serve" },
      { what: "queue", ok: true, message: "RabbitMQ answers" },
    ]);
    const tables = await postgres.query("select 1 from pg_tables where schemaname = current_schema()");
    expect(tables).toEqual([]);
  }, 60_000);

  it("says why they do not, without a password", async () => {
    await using rabbit = await freshRabbit();
    const port = await freePort();
    const findings = await found({
      DATABASE_URL: `postgres://forgehand:hunter2@127.0.0.1:${port}/forgehand`,
      QUEUE_URL: rabbit.url({ user: "nobody:hunter2" }),
    });
    expect(findings).toMatchObject([
      { what: "database", ok: false, message: expect.stringContaining("cannot be reached") },
      { what: "queue", ok: false, message: expect.stringContaining("ACCESS_REFUSED") },
    ]);
    expect(JSON.stringify(findings)).not.toContain("hunter2");
  }, 60_000);
});
