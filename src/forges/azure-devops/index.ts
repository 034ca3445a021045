import type { WebhookRequest } from "../../core/delivery.ts";
import type { ForgeAdapter } from "../../core/forge.ts";
import { readPayload } from "../shared/payload.ts";
import { fromEnvironment } from "./environment.ts";
import { normalise } from "./normalise.ts";
import type { AzureDevOpsSettings } from "./settings.ts";
import { settings } from "./settings.ts";
import { verify } from "./verify.ts";

/** Headers that were seen, though nobody promises them. They are no ids of a delivery. */
const SEEN = ["x-vss-subscriptionid", "x-vss-activityid"];

/** `eventType` and `id` of a body, and whether a publisher stands beside them; empty where it is no JSON. */
function envelopeOf({ headers, body }: WebhookRequest): { event: string; id: string; published: boolean } {
  const payload = readPayload(body, headers["content-type"]);
  const { eventType, id, publisherId }: Readonly<Record<string, unknown>> = payload.ok ? payload.value : {};
  return {
    event: typeof eventType === "string" ? eventType : "",
    id: typeof id === "string" ? id : "",
    published: typeof publisherId === "string",
  };
}

/** No header tells for sure. Only a body that comes with basic authentication is looked at. */
function recognises(request: WebhookRequest): boolean {
  const { headers } = request;
  if (SEEN.some((name) => name in headers)) return true;
  if (!/^basic /i.test(headers.authorization ?? "")) return false;
  const { event, published } = envelopeOf(request);
  return event !== "" && published;
}

/** Azure DevOps: Services, and Server on one's own premises. */
export const azureDevOps: ForgeAdapter<AzureDevOpsSettings> = {
  kind: "azure-devops",
  aliases: ["azure"],
  lacks: ["labeller of a pull request", "head refs"],
  settings,
  // Services count no requests but the work that they make: 200 units in five minutes for each account, of which a person
  // uses ten. A short request takes a fraction of one, so that 83 in five minutes stay far below, and nothing is slowed
  // down. Source: Azure DevOps docs, "Rate and usage limits". A server has no limits.
  pollBudget: 1_000,
  contentTypes: ["application/json"],
  paths: ["/webhook/azure-devops"],
  secretHeaders: ["authorization"],
  fromEnvironment,
  secretIn: ({ "azure-username": user, "azure-password": password }) =>
    user === undefined || password === undefined ? undefined : `${user}:${password}`,
  recognises,
  identify(request) {
    const { event, id } = envelopeOf(request);
    return { event, id: id === "" ? undefined : id };
  },
  verify,
  normalise,
  async open(name, given, tools) {
    // What talks to no forge starts without the client.
    const { open } = await import("./open.ts");
    return open(name, given, tools);
  },
};
