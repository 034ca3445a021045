import type { IncomingHttpHeaders } from "node:http";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import type { Automation } from "../core/automation.ts";
import type { DeliveryHeaders, Receive, WebhookRequest } from "../core/delivery.ts";
import type { Log } from "../core/log.ts";
import type { WebhookDoor } from "../core/webhook-key.ts";
import { REFUSALS } from "./answer.ts";
import { createIntake } from "./intake.ts";
import type { Reader, ServedForge } from "./keep.ts";
import { createKeeper } from "./keep.ts";
import { send } from "./send.ts";
import type { Gate } from "./turned-away.ts";

interface WebhookTools {
  readonly forges: readonly ServedForge[];
  /** All adapters, in the order in which `POST /webhooks` asks them whether a request is theirs. */
  readonly adapters: readonly Reader[];
  /** The configured automations: each has a private address at every forge, and perhaps the one that AWX had for it. */
  readonly automations: readonly Pick<Automation, "name" | "awxTemplate">[];
  /** The keys of a private address that count now. Where there is none, the secrets of its forge count. */
  readonly keys: (door: WebhookDoor) => Promise<readonly string[]>;
  readonly receive: Receive;
  readonly gate: Pick<Gate, "note">;
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
 * `/webhooks` for all forges, and the paths that people's forges know already: those of each kind, `/` and
 * `/gitjob` of Rancher Fleet and `/events` of Atlantis for all, and those of job templates and workflow templates of Ansible Tower and AWX.
 * `/webhooks/:forge/-/…` has become the first of them before it comes here.
 */
export function webhookRoutes(app: FastifyInstance, tools: WebhookTools): void {
  const intake = createIntake({ keeper: createKeeper(tools.receive), gate: tools.gate, log: tools.log });
  const byName = new Map(tools.forges.map((forge) => [forge.name, { forges: [forge] }]));
  const byKind = new Map(tools.adapters.map((adapter) => [adapter, ofKind(tools.forges, adapter)]));
  const automations = new Set(tools.automations.map(({ name }) => name));
  const templates = new Map(tools.automations.map(({ name, awxTemplate }) => [awxTemplate, name]));
  const ofService = (service: string): readonly ServedForge[] =>
    tools.forges.filter(({ adapter }) => adapter.kind === service || adapter.aliases.includes(service));

  /** These forges as an automation's private address knows them: by its own keys, where it has some. */
  const ofAutomation = async (forges: readonly ServedForge[], automation: string): Promise<Aim> => ({
    door: automation,
    forges: await Promise.all(
      forges.map(async (forge) => {
        const keys = await tools.keys({ forge: forge.name, automation });
        return keys.length === 0 ? forge : { ...forge, secrets: keys };
      }),
    ),
  });

  void app.register((scope, _options, done) => {
    // Signatures are over the bytes, so every body stays one piece of bytes whatever it says it is.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, parsed) => parsed(null, body));

    const open = (
      url: string,
      aim: (request: FastifyRequest, sent: WebhookRequest) => Aim | Promise<Aim>,
    ): void => {
      scope.post(url, async (request, reply) => {
        const body = request.body instanceof Uint8Array ? request.body : NO_BODY;
        const sent = { headers: single(request.headers), body };
        const aimed = aim(request, sent);
        // Most addresses need nobody to be asked, and receiving is counted in microseconds.
        const { forges, door = "" } = aimed instanceof Promise ? await aimed : aimed;
        return send(reply, await intake(forges, door, sent, url));
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
      return aim !== undefined && automations.has(automation) ? ofAutomation(aim.forges, automation) : NOBODY;
    });
    for (const template of ["job_templates", "workflow_job_templates"]) {
      door(`/api/v2/${template}/:id(^\\d{1,9}$)/:service`, (request) => {
        const automation = templates.get(Number(param(request, "id")));
        return automation === undefined
          ? NOBODY
          : ofAutomation(ofService(param(request, "service")), automation);
      });
    }
    const ofAll = (_request: FastifyRequest, sent: WebhookRequest): Aim => {
      const adapter = tools.adapters.find((candidate) => candidate.recognises(sent));
      return (adapter && byKind.get(adapter)) ?? NOBODY;
    };
    for (const url of ["/webhooks", "/gitjob", "/gitjob/*", "/events"]) door(url, ofAll);
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
