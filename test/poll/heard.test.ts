import { describe, expect, it } from "@jest/globals";

import type { Reading } from "../../src/core/delivery.ts";
import { startHearing } from "../../src/poll/heard.ts";
import { recordingLog } from "../support/recording-log.ts";
import { pushEvent } from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

const from = (forge: string, time: number) => ({ forge, receivedAt: new Date(time) });
const about = (id: string, fullName: string): Reading => ({
  kind: "event",
  events: [pushEvent({ repo: { id, fullName } })],
});

describe("what webhooks tell", () => {
  it("is noted once for each repository, with its newest name and time", async () => {
    await using kept = await temporaryStore();
    const isPolled = (forge: string) => forge !== "deaf";
    const hearing = startHearing({ store: kept.store, isPolled, log: recordingLog().log });
    hearing.note(from("github", 1), about("42", "octo/old"));
    hearing.note(from("github", 2), about("42", "octo/new"));
    hearing.note(from("acme", 3), about("42", "acme/other"));
    hearing.note(from("deaf", 4), about("42", "deaf/one"));
    hearing.note(from("github", 5), { kind: "ignored", reason: "a star" });
    hearing.note(from("github", 5), { kind: "event", events: [] });
    await hearing.stop();
    const told = async (forge: string) =>
      (await kept.store.watches(forge, { limit: 9 })).map(({ fullName, source, webhookAt }) => [
        fullName,
        source,
        webhookAt?.getTime(),
      ]);
    expect(await told("github")).toEqual([["octo/new", "seen", 2]]);
    expect(await told("acme")).toEqual([["acme/other", "seen", 3]]);
    expect(await told("deaf")).toEqual([]);
  });

  it("is a hint: when it cannot be written, the log says so and nothing else happens", async () => {
    const { log, lines } = recordingLog();
    const store = { change: () => Promise.reject(new Error("disk full")) };
    const hearing = startHearing({ store, isPolled: () => true, log });
    hearing.note(from("github", 1), about("42", "octo/hello"));
    await hearing.stop();
    expect(lines).toMatchObject([{ level: "warn", data: { reason: "disk full" } }]);
  });
});
