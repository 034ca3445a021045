import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { Thread } from "../../demo/stand-in/state.ts";
import type { World } from "../../demo/world.ts";
import { OWNER } from "../../demo/world.ts";
import type { WebhookRequest } from "../../src/core/delivery.ts";
import type { Forge } from "../../src/core/forge.ts";
import type { Level } from "../../src/core/webhooks.ts";
import { LEVELS } from "../../src/core/webhooks.ts";
import type { ForgeSubject, OpenedForge } from "../support/open-forge.ts";
import { openForge } from "../support/open-forge.ts";
import { until } from "../support/until.ts";

/** Without blanks, as Azure DevOps wants a password. */
const SECRET = "a-secret-of-the-webhook's-own,32-characters";
const NOW = () => new Date();

/** What a webhook's address got, and how it answers. */
interface Address {
  readonly url: string;
  readonly got: WebhookRequest[];
  status: number;
  close(): Promise<void>;
}

/**
 * How every adapter looks after the webhooks of its forge, against a stand-in that has some. `registered`: levels whose one
 * webhook belongs to a registration, so that it can be neither removed nor tried, and only a person changes its events.
 * `triable`: the levels whose webhooks the forge can be asked to try, where these are not all others.
 */
export function webhookContract(
  subject: ForgeSubject,
  levels: readonly Level[],
  how: { readonly registered?: readonly Level[]; readonly triable?: readonly Level[] } = {},
): void {
  const { adapter } = subject;
  const { registered = [] } = how;
  const { triable = levels.filter((level) => !registered.includes(level)) } = how;
  const itHas = (has: boolean) => (has ? it : it.skip);
  const tests = !adapter.lacks.includes("webhook tests");
  const losses = !adapter.lacks.includes("lost deliveries");

  describe(`${adapter.kind}: its webhooks`, () => {
    let opened: OpenedForge;
    let world: World;
    let forge: Forge;
    let address: Address;

    beforeEach(async () => {
      [opened, address] = await Promise.all([openForge(subject), startAddress()]);
      ({ world, forge } = opened);
    });

    afterEach(async () => {
      await address.close();
      await opened[Symbol.asyncDispose]();
    });

    const wanted = () => ({ url: address.url, secret: SECRET });
    const ours = () => world.hooks.all().filter(({ url }) => url.startsWith(address.url));
    const ensure = (level: Level, renew = false) =>
      forge.webhooks.ensure(world.hooks.place(level), wanted(), { renew });
    /** Requests that changed something there, since the count was so many. */
    const writes = () =>
      world.requests.filter(({ method, path }) => method !== "GET" && !path.endsWith("query")).length;

    it("hang at these levels, and it is known what to do where nothing arrives", () => {
      expect(LEVELS.filter((level) => forge.webhooks.levels[level] !== undefined)).toEqual([...levels]);
      expect(forge.webhooks.advice.length).toBeGreaterThan(0);
    });

    describe.each(levels)("of the level %s", (level) => {
      const isFree = !registered.includes(level);

      it("are made once, with our address and secret, and then left as they are", async () => {
        const place = world.hooks.place(level);
        expect(await forge.webhooks.inspect(place, wanted())).toEqual({ ids: [], faults: [] });
        const made = await ensure(level);
        expect(made.ids.length).toBeGreaterThan(0);
        expect(made.faults).toEqual([]);
        expect(ours().every(({ active, secret }) => active && secret.endsWith(SECRET))).toBe(true);
        expect(ours().every((hook) => hook.place.level === level && hook.place.name === place.name)).toBe(
          true,
        );
        const before = writes();
        expect(await ensure(level)).toEqual(made);
        expect(await forge.webhooks.inspect(place, wanted())).toEqual(made);
        expect(writes()).toBe(before);
      });

      itHas(isFree)("are mended where somebody changed them", async () => {
        const made = await ensure(level);
        const [first] = ours();
        if (first === undefined) throw new Error("there is no webhook");
        first.active = false;
        first.events = first.events.slice(1);
        const { faults } = await forge.webhooks.inspect(world.hooks.place(level), wanted());
        expect(faults.length).toBeGreaterThan(0);
        expect(await ensure(level)).toMatchObject({ faults: [] });
        expect(ours()).toHaveLength(made.ids.length);
        expect(ours().every(({ active, secret }) => active && secret.endsWith(SECRET))).toBe(true);
      });

      it("get a new secret when they are told to", async () => {
        await ensure(level);
        await forge.webhooks.ensure(
          world.hooks.place(level),
          { url: address.url, secret: `${SECRET},renewed` },
          { renew: true },
        );
        expect(ours().every(({ secret }) => secret.endsWith(",renewed"))).toBe(true);
      });

      itHas(isFree)("are removed, and those of others are not", async () => {
        const place = world.hooks.place(level);
        const theirs = world.hooks.add(place, "https://elsewhere.example/hook");
        const { ids } = await ensure(level);
        expect(await forge.webhooks.remove(place, address.url)).toBe(ids.length);
        expect(await forge.webhooks.remove(place, address.url)).toBe(0);
        expect(world.hooks.all()).toEqual([theirs]);
      });

      itHas(tests && triable.includes(level))(
        "are tried, which starts nothing and is told by its secret to be genuine",
        async () => {
          await ensure(level);
          const trial = await forge.webhooks.test(world.hooks.place(level), wanted());
          if (trial.kind === "answered") expect(trial.status).toBe(200);
          else expect(trial.kind).toBe("sent");
          const [request] = await until(() => (address.got.length > 0 ? address.got : undefined));
          if (request === undefined) throw new Error("nothing arrived");
          const genuine = adapter.verify(request, [SECRET], NOW()).state === "proven";
          expect(genuine || adapter.isPing?.(request)).toBe(true);
        },
      );
    });

    for (const level of levels.filter((one) => !tests || !triable.includes(one))) {
      it(`of the level ${level} cannot be tried`, async () => {
        await ensure(level);
        const trial = await forge.webhooks.test(world.hooks.place(level), wanted());
        expect(trial).toEqual({ kind: "unsupported" });
      });
    }

    it("that the forge holds back are told, and mended", async () => {
      const [level = "repository"] = levels;
      await ensure(level);
      const [hook] = ours();
      if (hook === undefined || world.hooks.hold === undefined) return;
      world.hooks.hold(hook);
      const heldBy = async () => (await forge.webhooks.inspect(world.hooks.place(level), wanted())).held;
      expect(await heldBy()).toMatch(/\w/);
      await ensure(level);
      expect(await heldBy()).toBeUndefined();
    });

    itHas(losses)("show what did not arrive, and bring it", async () => {
      const [level = "repository"] = levels;
      const place = world.hooks.place(level);
      await ensure(level);
      const since = new Date(Date.now() - 60_000);
      expect(await forge.webhooks.lost?.(place, address.url, since)).toEqual([]);
      address.status = 500;
      const thread = await something(world);
      const told = await world.told({ kind: "opened", repository: world.repository, actor: OWNER, thread });
      for (const hook of ours()) await world.hooks.deliver(hook, told);
      const [lost] = (await forge.webhooks.lost?.(place, address.url, since)) ?? [];
      if (lost === undefined) throw new Error("nothing is lost");
      address.status = 200;
      const brought = await forge.webhooks.recover?.(place, address.url, lost);
      const request = brought === "resent" ? await until(() => address.got.at(-1)) : brought;
      if (request === undefined) throw new Error("nothing was brought");
      const reading = adapter.normalise({ ...request, event: adapter.identify(request).event });
      expect(reading).toMatchObject({ kind: "event" });
    });
  });
}

/** An issue, or a pull request where there are none. */
async function something(world: World): Promise<Thread> {
  if (world.issues) return world.openIssue({ title: "Fix it", body: "Please." });
  return world.openPullRequest({ title: "Fix it", branch: "main" });
}

async function startAddress(): Promise<Address> {
  const got: WebhookRequest[] = [];
  const address = { url: "", got, status: 200, close: () => closed(server) };
  const server: Server = createServer((request, response) => {
    void buffer(request).then((body) => {
      if (address.status === 200) got.push({ headers: headersOf(request.headers), body });
      response.writeHead(address.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/${randomUUID()}`;
  return address;
}

const headersOf = (headers: NodeJS.Dict<string | string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

async function closed(server: Server): Promise<void> {
  const done = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await done;
}
