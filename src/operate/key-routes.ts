import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";

import type { Automation } from "../core/automation.ts";
import { serves } from "../core/automation.ts";
import { ownDuration } from "../core/duration.ts";
import { ForgehandError } from "../core/errors.ts";
import type { Store } from "../core/store.ts";
import type { WebhookDoor } from "../core/webhook-key.ts";
import { param, read, refuse } from "./exchange.ts";
import { findDoor } from "./find-door.ts";

/** What it takes to make keys of private addresses. */
export interface KeyTools {
  readonly store: Pick<Store, "change" | "webhookKeys">;
  /** Names of the configured forges. */
  readonly forges: readonly string[];
  readonly automations: readonly Pick<Automation, "name" | "forges" | "awxTemplate">[];
  /** Where forges reach us, without a slash at its end. */
  readonly publicUrl: string | undefined;
}

/** Bytes of a body: three short texts. */
const BODY_LIMIT = 16 * 1024;
const TEMPLATES = ["job_templates", "workflow_job_templates"];

/** A key that is asked for. `grace`: how long those before it count on, in milliseconds; not at all if not said. */
const Wanted = z.strictObject({
  forge: z.string(),
  automation: z.string(),
  grace: ownDuration.optional(),
});

/**
 * The keys of private addresses: which there are, a new one, and none any more. A key itself is in one answer only, that
 * of the request that made it. The paths of AWX do the same for the automation that took over a template of it.
 */
export function keyRoutes(scope: FastifyInstance, tools: KeyTools): void {
  const { store, forges, automations, publicUrl = "" } = tools;
  const make = (door: WebhookDoor, grace = 0): Promise<string> =>
    store.change((transaction) => transaction.addWebhookKey(door, { grace }));

  scope.get("/keys", async () => ({
    keys: (await store.webhookKeys()).map(({ key: _secret, endsAt = null, ...rest }) => ({
      ...rest,
      endsAt,
    })),
  }));
  scope.post("/keys", { bodyLimit: BODY_LIMIT }, async (request, reply) => {
    const { grace, ...names } = read(Wanted, request.body);
    const door = findDoor(names, forges, automations);
    const address = `${publicUrl}/webhooks/${door.forge}/${door.automation}`;
    return reply.code(201).send({ ...door, address, key: await make(door, grace) });
  });
  scope.delete("/keys/:forge/:automation", { bodyLimit: BODY_LIMIT }, async (request) => {
    const door = { forge: param(request, "forge"), automation: param(request, "automation") };
    const removed = (await store.webhookKeys(door)).length;
    if (removed === 0) {
      throw new ForgehandError("NOT_FOUND", "That address has no key of its own.");
    }
    await store.change((transaction) => transaction.removeWebhookKeys(door));
    return { ...door, removed };
  });

  for (const templates of TEMPLATES) {
    const url = `/v2/${templates}/:id(^\\d{1,9}$)/webhook_key`;
    scope.get(url, (request, reply) => {
      automationOf(request);
      const detail = "A key is shown once, when it is made. POST here makes a new one.";
      return reply.send({ webhook_key: "", detail });
    });
    scope.post(url, { bodyLimit: BODY_LIMIT }, async (request, reply) => {
      const automation = automationOf(request);
      const [forge, ...others] = forges.filter((name) => serves(automation, name));
      if (forge === undefined || others.length > 0) {
        const many = forge === undefined ? "none of the configured forges" : [forge, ...others].join(", ");
        const message = `The automation ${automation.name} serves ${many}: say which forge the key is for, by POST /api/keys.`;
        return refuse(reply, 409, "UNCLEAR_FORGE", message);
      }
      const key = await make({ forge, automation: automation.name });
      return reply.code(201).send({ webhook_key: key });
    });
  }

  /** The automation that took over the template of an address. */
  function automationOf(request: FastifyRequest): KeyTools["automations"][number] {
    const id = Number(param(request, "id"));
    const found = automations.find(({ awxTemplate }) => awxTemplate === id);
    if (found !== undefined) return found;
    throw new ForgehandError("NOT_FOUND", `No automation says \`awx_template: ${id}\`.`);
  }
}
