import { describe, expect, it } from "@jest/globals";

import type { Trigger } from "../../src/core/automation.ts";
import type { WebhookRequest } from "../../src/core/delivery.ts";
import { isRetryable } from "../../src/core/errors.ts";
import type { ForgeEvent } from "../../src/core/event.ts";
import type { Forge, ForgeAdapter, ForgeSettings } from "../../src/core/forge.ts";
import { silent } from "../../src/core/log.ts";
import { labelFamily } from "../../src/core/status.ts";
import { COMMENT_MARKER } from "../../src/core/text.ts";
import { decide } from "../../src/match/decide.ts";
import { apiStandIn, json } from "../support/api-stand-in.ts";
import { fixture, fixtures } from "../support/fixtures.ts";
import { automation, repo } from "../support/samples.ts";

/** What the contract needs to know of a kind of forge. */
export interface ForgeSubject<Settings extends ForgeSettings> {
  readonly adapter: ForgeAdapter<Settings>;
  /** The same request as the forge sends it with this secret, at this time. */
  sign(request: WebhookRequest, secret: string, now: Date): WebhookRequest;
  /** Settings of a forge whose API is at an address, with an account's token. */
  settings(api: string): Settings;
  /** Tests that cannot be done, each with its reason. */
  readonly skip?: {
    /** It signs no time. */
    readonly stale?: string;
    /** It signs no body. */
    readonly tampered?: string;
    /** Its deliveries name no label, so that who set which is asked for. */
    readonly labels?: string;
  };
}

const SECRET = "a secret of the tests";
const NOW = new Date("2026-10-06T12:00:00Z");
const DAY = 24 * 3_600_000;

/** What every adapter keeps: who is let in, how deliveries are read, and what a forge's refusals mean. */
export function forgeContract<Settings extends ForgeSettings>(subject: ForgeSubject<Settings>): void {
  const { adapter, skip = {} } = subject;
  const sign = (request: WebhookRequest, secret: string, now: Date) => subject.sign(request, secret, now);
  const all = fixtures(adapter.kind);
  const [first] = all.filter(({ reading }) => reading.kind === "event");
  if (first === undefined) throw new Error(`no fixture of an event for ${adapter.kind}`);
  const plain: WebhookRequest = { headers: first.headers, body: first.body };
  const proof = (request: WebhookRequest, secrets: readonly string[], now = NOW) =>
    adapter.verify(request, secrets, now).state;

  describe(`${adapter.kind}: who is let in`, () => {
    it("a genuine delivery", () => {
      expect(proof(sign(plain, SECRET, NOW), [SECRET])).toBe("proven");
    });

    it("a delivery of the second of two secrets", () => {
      expect(proof(sign(plain, SECRET, NOW), ["the new secret", SECRET])).toBe("proven");
    });

    it("no delivery without a signature", () => {
      expect(proof(plain, [SECRET])).toBe("unproven");
    });

    it("no delivery of another secret", () => {
      expect(proof(sign(plain, "another", NOW), [SECRET])).toBe("unproven");
    });

    it("no delivery by an empty secret", () => {
      expect(proof(sign(plain, "", NOW), [""])).toBe("unproven");
      expect(proof(plain, [""])).toBe("unproven");
      expect(proof(plain, [])).toBe("unproven");
    });

    (skip.tampered === undefined ? it : it.skip)(
      `no delivery whose body was changed ${skip.tampered ?? ""}`,
      () => {
        const genuine = sign(plain, SECRET, NOW);
        const tampered = Buffer.concat([genuine.body, Buffer.from(" ")]);
        expect(proof({ ...genuine, body: tampered }, [SECRET])).toBe("unproven");
      },
    );

    (skip.stale === undefined ? it : it.skip)(
      `no delivery that was signed a day ago ${skip.stale ?? ""}`,
      () => {
        const old = sign(plain, SECRET, new Date(NOW.getTime() - DAY));
        expect(proof(old, [SECRET])).toBe("unproven");
      },
    );

    it("no settings with an empty secret", () => {
      const settings = { ...subject.settings("http://127.0.0.1:1"), webhookSecret: [""] };
      expect(adapter.settings.safeParse(settings).success).toBe(false);
    });
  });

  describe(`${adapter.kind}: how deliveries are read`, () => {
    it.each(all)("$name", ({ headers, body, reading }) => {
      const { event } = adapter.identify({ headers, body });
      expect(adapter.normalise({ event, headers, body })).toEqual(reading);
    });

    it("recognises its own requests", () => {
      expect(adapter.recognises(sign(plain, SECRET, NOW))).toBe(true);
      const headers = { "content-type": "application/json" };
      expect(adapter.recognises({ headers, body: Buffer.from("{}") })).toBe(false);
    });

    it("takes only content types that it lists", () => {
      const types = new Set(all.map(({ headers }) => headers["content-type"]?.replace(/;.*/, "")));
      expect(adapter.contentTypes).toEqual(expect.arrayContaining([...types]));
    });
  });

  describe(`${adapter.kind}: what we do there ourselves starts nothing`, () => {
    const events = all.flatMap(({ reading }) => (reading.kind === "event" ? reading.events : []));
    const starts = (event: ForgeEvent, on: Trigger) =>
      decide(event, 0, automation({ on, confidential: true }), adapter.kind).matched;

    it("our comment, whatever it says", () => {
      const { reading } = fixture(adapter.kind, "comment-by-forgehand");
      const [own] = reading.kind === "event" ? reading.events : [];
      if (own?.kind !== "comment") throw new Error("the fixture comment-by-forgehand is no comment");
      const said = (body: string) => ({ ...own, comment: { ...own.comment, body } });
      expect(own.comment.body).toContain(COMMENT_MARKER);
      expect(starts(said(`${own.comment.body}\n/forgehand test`), { command: "test" })).toBe(false);
      expect(starts(said("/forgehand test"), { command: "test" })).toBe(true);
    });

    const { labels: unnamed } = skip;
    (unnamed === undefined ? it : it.skip).each(labelFamily("coding agent"))(
      `our label %s ${unnamed ?? ""}`,
      (ours) => {
        const labelled = events.filter(
          (event) => (event.kind === "issue" || event.kind === "pull_request") && event.action === "labeled",
        );
        expect(labelled).not.toEqual([]);
        for (const event of labelled) {
          const set = (label: string) => ({ ...event, label }) as ForgeEvent;
          expect(starts(set(ours), { label: "coding agent" })).toBe(false);
          expect(starts(set(ours), { label: ours })).toBe(true);
        }
      },
    );
  });

  describe(`${adapter.kind}: what refusals mean`, () => {
    const ask = async (api: string, deadline = 10_000) => {
      const settings = adapter.settings.parse(subject.settings(api));
      const open = await adapter.open("tested", settings, {
        log: silent,
        userAgent: "forgehand/test",
        deadline,
      });
      try {
        return await question(open.forge);
      } finally {
        await open.close();
      }
    };

    it.each([
      [401, {}, "FORGE_AUTH_FAILED", false],
      [403, {}, "FORGE_REFUSED", false],
      [404, {}, "FORGE_NOT_FOUND", false],
      [422, {}, "FORGE_REFUSED", false],
      [429, { "retry-after": "7" }, "FORGE_RATE_LIMITED", true],
      [500, {}, "FORGE_FAILING", true],
      [502, {}, "FORGE_UNREACHABLE", true],
      [503, {}, "FORGE_FAILING", true],
      [504, {}, "FORGE_UNREACHABLE", true],
    ] as const)("%i %j is %s", async (status, headers, code, retryable) => {
      await using api = await apiStandIn((_, response) => json(response, status, { message: "no" }, headers));
      const error = await ask(api.url);
      expect(error).toMatchObject({ name: "ForgehandError", code });
      expect(isRetryable(error)).toBe(retryable);
      if (status === 429) expect(error).toMatchObject({ retryAfter: 7_000 });
    });

    it("silence is FORGE_UNREACHABLE, and may pass", async () => {
      await using api = await apiStandIn(() => undefined);
      expect(await ask(api.url, 400)).toMatchObject({ code: "FORGE_UNREACHABLE", retryable: true });
    });

    it("a connection that breaks is FORGE_UNREACHABLE, and may pass", async () => {
      await using api = await apiStandIn((request) => request.socket.destroy());
      expect(await ask(api.url)).toMatchObject({ code: "FORGE_UNREACHABLE", retryable: true });
    });

    it("a page instead of data is FORGE_ANSWER_UNREADABLE, and may pass", async () => {
      await using api = await apiStandIn((_, response) => {
        response.writeHead(200, { "content-type": "text/html" }).end("<h1>Sign in</h1>");
      });
      expect(await ask(api.url)).toMatchObject({ code: "FORGE_ANSWER_UNREADABLE", retryable: true });
    });

    it("data that ends too early is FORGE_ANSWER_UNREADABLE, and may pass", async () => {
      await using api = await apiStandIn((_, response) => {
        response.writeHead(200, { "content-type": "application/json" }).end('{"number":');
      });
      expect(await ask(api.url)).toMatchObject({ code: "FORGE_ANSWER_UNREADABLE", retryable: true });
    });

    it("a redirect to another origin is not followed, and no token goes there", async () => {
      await using other = await apiStandIn((_, response) => json(response, 200, {}));
      await using api = await apiStandIn((request, response) => {
        response.writeHead(307, { location: `${other.url}${request.url ?? ""}` }).end();
      });
      expect(await ask(api.url)).toMatchObject({ code: "FORGE_REDIRECTED", retryable: false });
      expect(api.requests.length).toBeGreaterThan(0);
      expect(other.requests).toEqual([]);
    });

    it("a call that the caller gives up throws the caller's reason", async () => {
      const reason = new Error("the claim is lost");
      const controller = new AbortController();
      await using api = await apiStandIn(() => controller.abort(reason));
      const settings = adapter.settings.parse(subject.settings(api.url));
      const open = await adapter.open("tested", settings, { log: silent, userAgent: "forgehand/test" });
      await expect(open.forge.pullRequest(repo, 8, controller.signal)).rejects.toBe(reason);
      await open.close();
    });
  });
}

/** Something that every forge can be asked. Resolves with what it threw. */
function question(forge: Forge): Promise<unknown> {
  return forge.pullRequest(repo, 8).then(
    () => undefined,
    (error: unknown) => error,
  );
}
