import { sqlitePath } from "../config/database.ts";
import type { Config } from "../config/schema.ts";
import { messageOf } from "../core/errors.ts";
import { silent } from "../core/log.ts";
import type { Finding } from "./probe.ts";

/** Milliseconds that the server of a queue has to answer. */
const DEADLINE_MS = 10_000;

/** Whether the servers answer that processes on several machines share; none where the config names none. */
export async function probeServers(config: Config): Promise<Finding[]> {
  const asked = [
    ...(sqlitePath(config) === undefined ? [probeDatabase(config)] : []),
    ...(config.queue === "embedded" ? [] : [probeQueue(config.queue)]),
  ];
  return Promise.all(asked);
}

async function probeDatabase(config: Config): Promise<Finding> {
  const what = "database";
  const seen = await seeDatabase(config);
  if (seen === "ours") return { what, ok: true, message: "it answers, and has our tables" };
  if (seen === "empty") return { what, ok: true, message: "it answers; its tables will be made by serve" };
  return { what, ok: false, message: seen.problem };
}

/** What is in a database, looked at without changing anything. */
export async function seeDatabase(config: Config): Promise<"ours" | "empty" | { problem: string }> {
  const { openStore } = await import("../pipeline.ts");
  try {
    const store = await openStore(config, silent, { readOnly: true });
    try {
      await store.jobs({ limit: 1 });
      return "ours";
    } finally {
      await store.close();
    }
  } catch (error) {
    const problem = messageOf(error);
    return problem.includes("has no tables of Forgehand") ? "empty" : { problem };
  }
}

async function probeQueue(url: string): Promise<Finding> {
  const what = "queue";
  const { whyNoRabbit } = await import("../queue/rabbitmq/probe.ts");
  const why = await whyNoRabbit(url, DEADLINE_MS);
  if (why === undefined) return { what, ok: true, message: "RabbitMQ answers" };
  const message = `RabbitMQ does not let us in (${why}). Until it does, jobs are found by looking, up to a second later.`;
  return { what, ok: false, message };
}
