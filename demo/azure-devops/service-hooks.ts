import type { HookPlace } from "../../src/core/webhooks.ts";
import type { Told, WebhookDelivery } from "../stand-in/delivery.ts";
import type { Attempt, StandingHook } from "../stand-in/hooks.ts";
import { arrived } from "../stand-in/hooks.ts";
import type { Body } from "../stand-in/route.ts";
import { textIn } from "../stand-in/route.ts";
import { invalid, notFound } from "./answer.ts";
import { sign } from "./deliveries.ts";
import type { AzureState } from "./state.ts";
import { findRepository, guidOf, namesOf, projectId } from "./state.ts";

/** What a person chose of a subscription, by name. */
export type Inputs = Readonly<Record<string, string>>;

/** What a subscription is made of, as it was sent. */
export type Sent = Pick<StandingHook, "place" | "url" | "secret" | "events" | "settings">;

/** What a password reads as. */
const MASK = "********";
const CREDENTIAL = /^\S{0,256}$/;
const VERSIONS = ["1.0", "2.0"];

/** A subscription as it was sent. Throws 400 and 404 for what Azure DevOps would not take. */
export function sentIn(state: AzureState, body: Body): Sent {
  const [publisherInputs, consumerInputs] = [inputsIn(body.publisherInputs), inputsIn(body.consumerInputs)];
  const { url = "", basicAuthUsername = "", basicAuthPassword = "", ...others } = consumerInputs;
  const event = textIn(body, "eventType") ?? "";
  const resourceVersion = textIn(body, "resourceVersion") ?? "";
  if (
    body.publisherId !== "tfs" ||
    body.consumerId !== "webHooks" ||
    body.consumerActionId !== "httpRequest"
  ) {
    throw invalid("publisher, consumer or action is not known");
  }
  if (event === "" || !VERSIONS.includes(resourceVersion)) {
    throw invalid(`there is no version "${resourceVersion}" of the event "${event}"`);
  }
  if (URL.parse(url) === null) throw invalid("the input url is not valid");
  if (![basicAuthUsername, basicAuthPassword].every((one) => CREDENTIAL.test(one))) {
    throw invalid("user name and password have 256 characters at most and no blanks");
  }
  return {
    place: placeOf(state, publisherInputs, consumerInputs),
    url,
    secret: `${basicAuthUsername}:${basicAuthPassword}`,
    events: [event],
    settings: { resourceVersion, publisherInputs, consumerInputs: others },
  };
}

/** Where a subscription hangs: by its filter for a repository, or by the header that names one to us. */
function placeOf(
  state: AzureState,
  { projectId: id = "", repository = "" }: Inputs,
  inputs: Inputs,
): HookPlace {
  const project = findRepository(state, id, undefined);
  if (project === undefined) throw notFound(`The project ${id}`);
  const name = repository || repositoryIn(inputs);
  if (name === undefined) return { level: "owner", name: namesOf(project).project };
  const found = findRepository(state, id, name);
  if (found === undefined) throw notFound(`The Git repository ${name}`);
  return { level: "repository", name: found.fullName };
}

function repositoryIn({ httpHeaders = "" }: Inputs): string | undefined {
  return /^x-forgehand-repository: *(.*)$/im.exec(httpHeaders)?.[1];
}

export function inputsIn(value: unknown): Inputs {
  return typeof value === "object" && value !== null ? { ...(value as Inputs) } : {};
}

export function subscriptionShape(state: AzureState, hook: StandingHook) {
  const { settings, secret, held, active } = hook;
  const colon = secret.indexOf(":");
  return {
    id: guidOf(hook.id),
    status: held ?? (active ? "enabled" : "disabledByUser"),
    publisherId: "tfs",
    eventType: hook.events[0] ?? "",
    resourceVersion: settings.resourceVersion,
    consumerId: "webHooks",
    consumerActionId: "httpRequest",
    publisherInputs: settings.publisherInputs ?? {
      projectId: projectId(state, hook.place.name.split("/")[0] ?? ""),
    },
    consumerInputs: {
      ...inputsIn(settings.consumerInputs),
      url: hook.url,
      ...(secret === ""
        ? {}
        : {
            basicAuthUsername: secret.slice(0, colon),
            basicAuthPassword: secret.length === colon + 1 ? "" : MASK,
          }),
    },
  };
}

/** A delivery as the history lists it; what it told comes by `detailsShape`. */
export function notificationShape({ id, request, at, ...one }: Attempt) {
  const { subscriptionId, event } = toldBy(request);
  return {
    id,
    subscriptionId,
    eventId: event.id,
    createdDate: at.toISOString(),
    status: "completed",
    result: arrived({ id, request, at, ...one }) ? "succeeded" : "failed",
  };
}

export function detailsShape(state: AzureState, hook: StandingHook, { event: eventType, request }: Attempt) {
  const { consumerInputs, publisherInputs } = subscriptionShape(state, hook);
  const { event } = toldBy(request);
  return { eventType, event, consumerInputs, publisherInputs, requestAttempts: 1 };
}

/** The event that a delivery told, without the numbers of the delivery. */
function toldBy({ body }: WebhookDelivery): { subscriptionId: unknown; event: Record<string, unknown> } {
  const told = JSON.parse(body) as Record<string, unknown>;
  const envelope = ["subscriptionId", "notificationId"];
  const event = Object.fromEntries(Object.entries(told).filter(([name]) => !envelope.includes(name)));
  return { subscriptionId: told.subscriptionId, event };
}

/** What a subscription sends of what is told, where it is one of this event. */
export function requestOf(hook: StandingHook, told: Told, id: number): WebhookDelivery | undefined {
  const { notificationType = "", repository = "" } = inputsIn(hook.settings.publisherInputs);
  const { resource } = told.payload as { resource: Resource };
  const about = resource.repository ?? resource.pullRequest?.repository;
  if (!hook.events.includes(told.event)) return undefined;
  if (repository !== "" && about?.id !== repository) return undefined;
  if (notificationType !== "" && notificationType !== changeOf(told)) return undefined;
  return sign(told, { ...proofOf(hook), subscription: guidOf(hook.id), notification: id });
}

/** What is done to a pull request here: a vote says so in a sentence, and the rest is a push as long as it is open. */
function changeOf({ payload }: Told): string {
  if (payload.message !== null) return "ReviewerVoteNotification";
  const { status } = payload.resource as Resource;
  return status === "active" ? "PushNotification" : "StatusUpdateNotification";
}

interface Resource {
  readonly status?: string;
  readonly repository?: { readonly id: string };
  readonly pullRequest?: { readonly repository: { readonly id: string } };
}

function proofOf({ secret, settings }: StandingHook) {
  return { credentials: secret, repository: repositoryIn(inputsIn(settings.consumerInputs)) };
}

/** What the Test button sends: made up, of Microsoft's own company, whatever the project. */
export function sampleOf(event: string, inputs: Inputs, subscription: string, id: number): WebhookDelivery {
  const { basicAuthUsername = "", basicAuthPassword = "" } = inputs;
  const repository = { id: "4bc14d40-c903-45e2-872e-0462c7748079", name: "Fabrikam-Fiber-Git" };
  const payload = {
    eventType: event,
    publisherId: "tfs",
    resource: event === "git.push" ? { refUpdates: [], repository } : {},
    resourceContainers: { collection: { id: "c12d0eb8-e382-443b-9f9c-c52cba5014c2" } },
  };
  const credentials = `${basicAuthUsername}:${basicAuthPassword}`;
  return sign(
    { event, payload },
    { credentials, repository: repositoryIn(inputs), subscription, notification: id },
  );
}
