import type { HookState, WantedHook } from "../../core/webhooks.ts";
import { sendsTo } from "../shared/hook-address.ts";
import type { Kind } from "./event-kinds.ts";
import { isOfProject, KINDS, nameOf } from "./event-kinds.ts";
import type { Subscription } from "./replies.ts";
import { headersFor, repositoryIn } from "./repository-header.ts";

/** Service hooks that send web requests, of the events that code and work items have. */
export const WEB_HOOK = {
  publisherId: "tfs",
  consumerId: "webHooks",
  consumerActionId: "httpRequest",
} as const;

/** Filters by which an owner sends the work items of a project to several repositories: theirs to choose. */
const DIVISIONS = ["areaPath", "workItemType"] as const;

/** Filters that keep from us what we want to hear of. */
const NARROWINGS = [
  "branch",
  "pushedBy",
  "pullrequestCreatedBy",
  "pullrequestReviewersContains",
  "mergeResult",
  "tag",
  "changedFields",
  "buildStatus",
  "definitionName",
  "commentPattern",
] as const;

/** What Azure DevOps says of a subscription whose deliveries it holds back. */
const HELD: ReadonlySet<string> = new Set(["onProbation", "disabledBySystem", "disabledByInactiveIdentity"]);

/** A name for basic authentication where the secret is a password alone: then any will do. */
const ANY_USER = "forgehand";

/** Where subscriptions hang: in a project, for one of its repositories or for all of them. */
export interface Spot {
  readonly projectId: string;
  readonly repository?: { readonly id: string; readonly name: string };
}

/** What is to be done so that all is as wanted. */
export interface Plan {
  readonly missing: readonly Kind[];
  /** Those that may stay, with what is wrong with each. */
  readonly kept: readonly {
    readonly kind: Kind;
    readonly subscription: Subscription;
    readonly faults: readonly string[];
  }[];
  /** Those of which there is another, or whose event we do not read. */
  readonly extra: readonly Subscription[];
}

/** The subscriptions at a spot that send to our address. */
export function oursAmong(all: readonly Subscription[], spot: Spot, url: string): Subscription[] {
  return all.filter((one) => sendsTo(inputOf(one.consumerInputs, "url"), url) && hangsAt(one, spot));
}

/** By the filter for the repository; of work items and builds by the header that names one. */
function hangsAt(
  { eventType, publisherInputs, consumerInputs }: Subscription,
  { projectId, repository }: Spot,
): boolean {
  if (!same(inputOf(publisherInputs, "projectId"), projectId)) return false;
  return isOfProject(eventType)
    ? same(repositoryIn(inputOf(consumerInputs, "httpHeaders")) ?? "", repository?.name ?? "")
    : same(inputOf(publisherInputs, "repository"), repository?.id ?? "");
}

/** The first of each kind may stay, and of those that are divided the first of each division. */
export function planOf(found: readonly Subscription[], wanted: WantedHook): Plan {
  const firsts = new Map<string, { kind: Kind; subscription: Subscription }>();
  for (const subscription of found) {
    const kind = kindOf(subscription);
    const division = DIVISIONS.map((name) => inputOf(subscription.publisherInputs, name));
    const key = JSON.stringify([kind, division]);
    if (kind !== undefined && !firsts.has(key)) firsts.set(key, { kind, subscription });
  }
  const once = [...firsts.values()];
  return {
    missing: KINDS.filter((kind) => !once.some((one) => one.kind === kind)),
    kept: KINDS.flatMap((kind) => once.filter((one) => one.kind === kind)).map((one) => ({
      ...one,
      faults: faultsOf(one.subscription, one.kind, wanted),
    })),
    extra: found.filter((subscription) => !once.some((one) => one.subscription === subscription)),
  };
}

export function stateOf({ missing, kept, extra }: Plan): HookState {
  const all = [...kept.map(({ subscription }) => subscription), ...extra];
  const held = all
    .filter(({ status }) => HELD.has(status))
    .map(({ status, eventType }) => `${status}: ${eventType}`);
  return {
    ids: all.map(({ id }) => id),
    faults:
      all.length === 0
        ? []
        : [
            ...missing.map((kind) => `lacks the event ${nameOf(kind)}`),
            ...kept.flatMap(({ faults }) => faults),
            ...extra.map(({ eventType }) => `has a subscription too many, of the event ${eventType}`),
          ],
    ...(held.length === 0 ? {} : { held: held.join(", ") }),
  };
}

/** Whether a subscription has to be written again. */
export function isToMend({ subscription, faults }: Plan["kept"][number]): boolean {
  return faults.length > 0 || HELD.has(subscription.status);
}

/** A subscription as we want it. What its owner chose beside that stays: divisions, other headers, certificates. */
export function written(
  kind: Kind,
  { projectId, repository }: Spot,
  wanted: WantedHook,
  before?: Subscription,
): object {
  const isOfAll = isOfProject(kind.event);
  const headers = headersFor(
    isOfAll ? repository?.name : undefined,
    inputOf(before?.consumerInputs, "httpHeaders"),
  );
  return {
    ...WEB_HOOK,
    eventType: kind.event,
    resourceVersion: kind.version,
    publisherInputs: {
      ...without(before?.publisherInputs, [...NARROWINGS, "notificationType"]),
      projectId,
      ...(isOfAll ? {} : { repository: repository?.id ?? "" }),
      ...(kind.change === undefined ? {} : { notificationType: kind.change }),
    },
    consumerInputs: {
      ...without(before?.consumerInputs, ["httpHeaders"]),
      url: wanted.url,
      ...credentialsOf(wanted),
      ...(headers === "" ? {} : { httpHeaders: headers }),
      resourceDetailsToSend: "all",
      messagesToSend: kind.sentence === true ? "text" : "none",
      detailedMessagesToSend: "none",
    },
    ...(before === undefined ? {} : { id: before.id, status: "enabled" }),
  };
}

/** User name and password of the requests: a secret with a colon has both. */
export function credentialsOf({ secret }: WantedHook): {
  basicAuthUsername: string;
  basicAuthPassword: string;
} {
  const colon = secret.indexOf(":");
  return {
    basicAuthUsername: colon === -1 ? ANY_USER : secret.slice(0, colon),
    basicAuthPassword: secret.slice(colon + 1),
  };
}

function faultsOf(subscription: Subscription, kind: Kind, wanted: WantedHook): string[] {
  const { status, resourceVersion, publisherInputs, consumerInputs } = subscription;
  const input = (name: string) => inputOf(consumerInputs, name);
  const { secret } = wanted;
  const name = nameOf(kind);
  const details = input("resourceDetailsToSend");
  const filters = NARROWINGS.filter((one) => inputOf(publisherInputs, one) !== "");
  const faults: readonly (readonly [boolean, string])[] = [
    [status === "disabledByUser", `is switched off for the event ${name}`],
    [
      resourceVersion !== kind.version,
      `sends version ${resourceVersion ?? "latest"} of the event ${name} instead of ${kind.version}`,
    ],
    [filters.length > 0, `hears of the event ${name} by a filter only: ${filters.join(", ")}`],
    [!["", "all"].includes(details.toLowerCase()), `sends ${details} details of the event ${name}`],
    [
      kind.sentence === true && !["", "all", "text"].includes(input("messagesToSend").toLowerCase()),
      `leaves out the text that tells what the event ${name} is about`,
    ],
    [input("basicAuthPassword") === "", `has no password for the event ${name}`],
    [
      secret.includes(":") && input("basicAuthUsername") !== credentialsOf(wanted).basicAuthUsername,
      `has another user name for the event ${name}`,
    ],
  ];
  return faults.flatMap(([is, fault]) => (is ? fault : []));
}

function kindOf({ eventType, publisherInputs }: Subscription): Kind | undefined {
  const change = inputOf(publisherInputs, "notificationType");
  return KINDS.find((kind) => kind.event === eventType && (kind.change ?? "") === change);
}

type Inputs = Subscription["publisherInputs"];

function inputOf(inputs: Inputs, name: string): string {
  return inputs?.[name] ?? "";
}

function without(inputs: Inputs, names: readonly string[]): Record<string, string | null | undefined> {
  return Object.fromEntries(Object.entries(inputs ?? {}).filter(([name]) => !names.includes(name)));
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
