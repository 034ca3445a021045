import { once } from "node:events";

import { Connection } from "rabbitmq-client";

import { readBrokerAddress } from "../../core/broker-address.ts";
import { messageOf } from "../../core/errors.ts";

/** Connect once and leave again. Why it does not let us in, in its own words; undefined where it does. */
export async function whyNoRabbit(url: string, deadline: number): Promise<string | undefined> {
  const address = readBrokerAddress(url);
  if (address === undefined) return "this is no address";
  const connection = new Connection({ ...address, hosts: undefined, ...address.hosts[0] });
  try {
    // `once` rejects with what an `error` event tells.
    await once(connection, "connection", { signal: AbortSignal.timeout(deadline) });
    return undefined;
  } catch (error) {
    return error instanceof Error && error.name === "AbortError"
      ? "nobody answered in time"
      : messageOf(error);
  } finally {
    connection.on("error", () => undefined);
    connection.unsafeDestroy();
  }
}
