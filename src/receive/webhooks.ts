import type { IncomingHttpHeaders } from "node:http";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import type { DeliveryHeaders, Receive, WebhookRequest } from "../core/delivery.ts";
import type { Log } from "../core/log.ts";
import { REFUSALS } from "./answer.ts";
import { createIntake } from "./intake.ts";
import type { Reader, ServedForge } from "./keep.ts";
import { createKeeper } from "./keep.ts";
import { send } from "./send.ts";

interface WebhookTools {
  readonly forges: readonly ServedForge[];
  /** All adapters, in the order in which `POST /webhooks` asks them whether a request is theirs. */
  readonly adapters: readonly Reader[];
  /** Names of the configured automations: each has a private address at every forge. */
  readonly automations: readonly string[];
  readonly receive: Receive;
  readonly log: Log;
}

/** Which forges a request is for, and by which door. No forges: nobody here. */
interface Aim {
  readonly forges: readonly ServedForge[];
  readonly door?: string;
}

const NO_BODY = Buffer.alloc(0);
const NOBODY: Aim = { forges: [] };

/**
 * The addresses that forges send webhooks to: `/webhooks/:forge`, `/webhooks/:forge/:automation`,
 * `/webhooks` for all forges, and the paths that people's forges know already: those of each kind, and `/` and
 * `/gitjob` of Rancher Fleet for all. `/webhooks/:forge/-/…` has become the first of them before it comes here.
 */
export function webhookRoutes(app: FastifyInstance, tools: WebhookTools): void {
  const intake = createIntake({ keeper: createKeeper(tools.receive), log: tools.log });
  const byName = new Map(tools.forges.map((forge) => [forge.name, { forges: [forge] }]));
  const byKind = new Map(tools.adapters.map((adapter) => [adapter, ofKind(tools.forges, adapter)]));
  const automations = new Set(tools.automations);

  void app.register((scope, _options, done) => {
    // Signatures are over the bytes, so every body stays one piece of bytes whatever it says it is.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, parsed) => parsed(null, body));

    const open = (url: string, aim: (request: FastifyRequest, sent: WebhookRequest) => Aim): void => {
      scope.post(url, async (request, reply) => {
        const body = request.body instanceof Uint8Array ? request.body : NO_BODY;
        const sent = { headers: single(request.headers), body };
        const { forges, door = "" } = aim(request, sent);
        return send(reply, await intake(forges, door, sent));
      });
    };
    const door: typeof open = (url, aim) => {
      open(url, aim);
      scope.route({ method: ["GET", "HEAD", "PUT", "PATCH", "DELETE"], url, handler: refuseMethod });
    };

    door("/webhooks/:forge", (request) => byName.get(param(request, "forge")) ?? NOBODY);
    door("/webhooks/:forge/:automation", (request) => {
      const automation = param(request, "automation");
      const aim = byName.get(param(request, "forge"));
      return aim !== undefined && automations.has(automation) ? { ...aim, door: automation } : NOBODY;
    });
    const ofAll = (_request: FastifyRequest, sent: WebhookRequest): Aim => {
      const adapter = tools.adapters.find((candidate) => candidate.recognises(sent));
      return (adapter && byKind.get(adapter)) ?? NOBODY;
    };
    for (const url of ["/webhooks", "/gitjob", "/gitjob/*"]) door(url, ofAll);
    // Whoever only looks is shown the first page there.
    open("/", ofAll);
    for (const [{ paths }, aim] of byKind) {
      for (const path of paths) door(path, () => aim);
    }
    done();
  });
}

const ofKind = (forges: readonly ServedForge[], { kind }: Reader): Aim => ({
  forges: forges.filter(({ adapter }) => adapter.kind === kind),
});

async function refuseMethod(_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  return send(reply.header("allow", "POST"), REFUSALS.method);
}

function param(request: FastifyRequest, name: string): string {
  return (request.params as Readonly<Record<string, string>>)[name] ?? "";
}

/** Node joins repeated headers already, but for `set-cookie`, which no forge sends. */
function single(headers: IncomingHttpHeaders): DeliveryHeaders {
  const found: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === "string") found[name] = value;
  }
  return found;
}
