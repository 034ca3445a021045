import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { Probot } from "probot";
import { parse } from "yaml";

import type { Delivery, Reading, Recorded } from "../../../src/core/delivery.ts";
import { ForgehandError } from "../../../src/core/errors.ts";
import type { OpenForge } from "../../../src/core/forge.ts";
import { silent } from "../../../src/core/log.ts";
import { EVENTS } from "../../../src/forges/github/actions.ts";
import { createApp, registerHandlers } from "../../../src/forges/github/app.ts";
import { openDoor } from "../../../src/forges/github/door.ts";
import { github } from "../../../src/forges/github/index.ts";
import { manifestOf } from "../../../src/forges/github/manifest.ts";
import { fixture, fixtures } from "../../support/fixtures.ts";
import { appKey } from "./api.ts";

const tools = { log: silent, userAgent: "forgehand/test" };

function delivered(name: string): { delivery: Delivery; reading: Reading } {
  const { headers, body, reading } = fixture("github", name);
  const { event, id = "" } = github.identify({ headers, body });
  return {
    delivery: { forge: "github", door: "", id, event, headers, body, receivedAt: new Date(0) },
    reading,
  };
}

const printed: string[] = [];

beforeEach(() => {
  printed.length = 0;
  const note = (text: unknown) => printed.push(String(text)) > 0;
  jest.spyOn(process.stdout, "write").mockImplementation(note);
  jest.spyOn(process.stderr, "write").mockImplementation(note);
});

afterEach(() => {
  jest.restoreAllMocks();
  expect(printed).toEqual([]);
});

describe.each([
  ["a GitHub App", { appId: 42, privateKey: appKey }],
  ["an account's token", { token: "ghp_x" }],
])("the door of %s", (_case, credentials) => {
  let open: OpenForge;

  beforeEach(async () => {
    const settings = github.settings.parse({ kind: "github", webhookSecret: "s", ...credentials });
    open = await github.open("github", settings, tools);
  });

  const go = (name: string, record: (delivery: Delivery, reading: Reading) => Promise<Recorded>) => {
    const { delivery, reading } = delivered(name);
    return { delivery, reading, answer: open.door!(delivery, reading, record) };
  };

  it("records every delivery exactly once, as it came", async () => {
    for (const { name } of fixtures("github")) {
      const seen: unknown[] = [];
      const { delivery, reading, answer } = go(name, async (...given) => {
        seen.push(given);
        return "recorded";
      });
      expect(await answer).toBe("recorded");
      expect({ name, seen }).toEqual({ name, seen: [[delivery, reading]] });
      expect((seen[0] as [Delivery])[0]).toBe(delivery);
    }
  });

  it("answers what was recorded, and not before", async () => {
    const { promise, resolve } = Promise.withResolvers<Recorded>();
    const { answer } = go("issue-labeled", () => promise);
    const first = await Promise.race([answer, new Promise((later) => setImmediate(later, "nothing yet"))]);
    expect(first).toBe("nothing yet");
    resolve("duplicate");
    expect(await answer).toBe("duplicate");
  });

  it("throws what recording threw, with nothing of the delivery on it", async () => {
    const error = new ForgehandError("STORE_BUSY", "busy", { retryable: true });
    const { answer } = go("issue-labeled", () => Promise.reject(error));
    await expect(answer).rejects.toBe(error);
    expect(error).not.toHaveProperty("event");
  });

  it("keeps deliveries apart that come at the same time", async () => {
    const names = ["issue-labeled", "push-branch", "pull-request-opened", "issue-labeled"];
    const answers = names.map(async (name) => {
      const { delivery, answer } = go(name, async (given) => (given === delivery ? "recorded" : "ignored"));
      return answer;
    });
    expect(await Promise.all(answers)).toEqual(names.map(() => "recorded"));
  });
});

it("a delivery is recorded even where Probot has no handler for it, or fails on it", async () => {
  const failing = { on: () => undefined, webhooks: { receive: () => Promise.reject(new Error("broken")) } };
  const door = openDoor(failing as unknown as Probot, { forge: "github", log: silent });
  const { delivery, reading } = delivered("issue-labeled");
  expect(await door(delivery, reading, async () => "recorded")).toBe("recorded");
});

it("a forge without a secret, which receives nothing, has not the one that Probot would take", async () => {
  const settings = { kind: "github", token: "x", webhookSecret: [] } as const;
  const probot = await createApp("github", settings, tools);
  const payload = '{"action":"opened"}';
  const digest = createHmac("sha256", "development").update(payload).digest("hex");
  expect(await probot.webhooks.verify(payload, `sha256=${digest}`)).toBe(false);
});

describe("under Probot's own server", () => {
  const receive = async (
    record: (delivery: Delivery, reading: Reading) => Promise<Recorded>,
    name: string,
  ) => {
    const { pino } = await import("pino");
    const probot = new Probot({ githubToken: "x", secret: "s", log: pino({ level: "silent" }) });
    registerHandlers(probot, record);
    await probot.ready();
    const { body } = fixture("github", name);
    const event = {
      id: "7b1e0d00",
      name: name.startsWith("issue") ? "issues" : "star",
      payload: JSON.parse(body.toString()) as unknown,
    };
    await probot.receive(event as never);
    return event;
  };

  it("the body is written out again, and marked so", async () => {
    const seen: [Delivery, Reading][] = [];
    const event = await receive(async (...given) => {
      seen.push(given);
      return "recorded";
    }, "issue-labeled");
    const [[delivery, reading]] = seen as [[Delivery, Reading]];
    expect(delivery).toMatchObject({
      forge: "github",
      door: "",
      id: "7b1e0d00",
      event: "issues",
      rewritten: true,
    });
    expect(JSON.parse(Buffer.from(delivery.body).toString())).toEqual(event.payload);
    expect(reading).toEqual(fixture("github", "issue-labeled").reading);
  });

  it("what recording throws fails the event, so that GitHub is not told that all is well", async () => {
    const broken = () => Promise.reject(new ForgehandError("STORE_BUSY", "busy"));
    await expect(receive(broken, "issue-labeled")).rejects.toThrow("busy");
  });

  it("what Forgehand does not read is not recorded", async () => {
    await receive(() => Promise.reject(new Error("asked")), "star");
  });
});

describe("app.yml", () => {
  const file = parse(readFileSync(new URL("../../../app.yml", import.meta.url), "utf8")) as Record<
    string,
    unknown
  >;
  const manifest = manifestOf({ baseUrl: "https://b", webhookUrl: "https://b/w", path: "/probot" });

  it("says what the set-up page sends", () => {
    // Only where this installation is reached differs: the file cannot know that.
    const { url, hook_attributes, redirect_url } = manifest;
    expect({ ...file, url, hook_attributes, redirect_url }).toEqual(manifest);
  });

  it("subscribes to what Probot has handlers for, and no more", () => {
    const events = new Set(EVENTS.map((name) => name.split(".")[0]));
    expect(manifest.default_events).toEqual(expect.arrayContaining([...events]));
    expect(manifest.default_events).toHaveLength(events.size);
  });
});
