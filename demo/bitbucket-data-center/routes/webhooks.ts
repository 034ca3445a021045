import type { HookPlace } from "../../../src/core/webhooks.ts";
import type { Answer } from "../../stand-in/answer.ts";
import type { StandingHook } from "../../stand-in/hooks.ts";
import { attempt } from "../../stand-in/hooks.ts";
import type { Body } from "../../stand-in/route.ts";
import { textIn } from "../../stand-in/route.ts";
import { nextId } from "../../stand-in/state.ts";
import { invalid, notFound, paged } from "../answer.ts";
import { ping } from "../deliveries.ts";
import { invocationShape, latestOf, statisticsShape } from "../history.ts";
import type { Asked, Route } from "../route.ts";
import { onProject, onRepository } from "../route.ts";

type AskedOfPlace = Asked & { readonly place: HookPlace };
type Answering = (asked: AskedOfPlace) => Answer | Promise<Answer>;

/** The events of release 9.4, as far as anybody has seen them taken. */
const EVENTS: readonly string[] = [
  "repo:refs_changed",
  "repo:modified",
  "repo:forked",
  "repo:comment:added",
  "repo:comment:edited",
  "repo:comment:deleted",
  "repo:secret_detected",
  "mirror:repo_synchronized",
  "pr:opened",
  "pr:from_ref_updated",
  "pr:modified",
  "pr:reviewer:updated",
  "pr:reviewer:approved",
  "pr:reviewer:unapproved",
  "pr:reviewer:needs_work",
  "pr:merged",
  "pr:declined",
  "pr:deleted",
  "pr:comment:added",
  "pr:comment:edited",
  "pr:comment:deleted",
];

/** The same operations on the webhooks of a repository and on those of a project, each for its administrators. */
export const webhookRoutes: readonly Route[] = [
  ...onHooks("GET", "", (asked) => {
    const withStatistics = asked.url.searchParams.get("statistics") === "true";
    return paged(
      hooksAt(asked).map((hook) => ({
        ...hookShape(hook),
        ...(withStatistics ? { statistics: statisticsShape(hook) } : {}),
      })),
      asked.url,
    );
  }),
  ...onHooks("POST", "", ({ state, place, body }) => {
    const empty = { url: "", secret: "", events: [], active: true, settings: {}, attempts: [] };
    const hook: StandingHook = { id: nextId(state), place, ...empty };
    write(hook, body);
    state.hooks.push(hook);
    return { status: 201, body: hookShape(hook) };
  }),
  ...onHooks("POST", "/test", async ({ place, url }) => {
    const address = url.searchParams.get("url") ?? "";
    if (!URL.canParse(address)) throw invalid("'url' must be a valid URL.");
    return tried(address, place);
  }),
  ...onHooks("PUT", "/{hook}", (asked) => {
    const hook = hookOf(asked);
    write(hook, asked.body);
    return { status: 200, body: hookShape(hook) };
  }),
  ...onHooks("DELETE", "/{hook}", (asked) => {
    const { hooks } = asked.state;
    hooks.splice(hooks.indexOf(hookOf(asked)), 1);
    return { status: 204 };
  }),
  ...onHooks("GET", "/{hook}/latest", (asked) => {
    const hook = hookOf(asked);
    const { searchParams } = asked.url;
    const call = latestOf(hook, { event: searchParams.get("event"), outcome: searchParams.get("outcome") });
    return call === undefined ? { status: 204 } : { status: 200, body: invocationShape(hook, call) };
  }),
];

function onHooks(
  method: "GET" | "POST" | "PUT" | "DELETE",
  rest: "" | `/${string}`,
  answer: Answering,
): Route[] {
  return [
    onRepository(method, `/webhooks${rest}`, "admin", (asked) =>
      answer({ ...asked, place: { level: "repository", name: asked.repository.fullName } }),
    ),
    onProject(method, `/webhooks${rest}`, (asked) =>
      answer({ ...asked, place: { level: "owner", name: asked.key } }),
    ),
  ];
}

function hooksAt({ state, place }: AskedOfPlace): StandingHook[] {
  return state.hooks.filter((hook) => hook.place.level === place.level && hook.place.name === place.name);
}

function hookOf(asked: AskedOfPlace): StandingHook {
  const { hook: id = "" } = asked.parameters;
  const found = hooksAt(asked).find((hook) => String(hook.id) === id);
  if (found === undefined) throw notFound("webhook.NoSuchWebhookException", `Webhook ${id}`);
  return found;
}

/** A webhook. Its secret is not told. */
function hookShape({ id, place, url, events, active, settings }: StandingHook) {
  const scopeType = place.level === "owner" ? "project" : "repository";
  return { id, url, events, active, scopeType, configuration: {}, ...settings };
}

/** All of a webhook is written anew: a secret that is left out is gone. */
function write(hook: StandingHook, body: Body): void {
  const { events, active = true, sslVerificationRequired = true, configuration } = body;
  const url = textIn(body, "url") ?? "";
  const name = textIn(body, "name") ?? "";
  if (name.trim() === "") throw invalid("'name' is required.");
  if (!/^https?:\/\//.test(url)) throw invalid("'url' must be a valid URL.");
  if (!isTexts(events) || events.length === 0) throw invalid("'events' is required.");
  const unknown = events.find((event) => !EVENTS.includes(event));
  if (unknown !== undefined) throw invalid(`The event ${unknown} is unknown.`);
  Object.assign(hook, {
    url,
    events,
    active: active === true,
    secret: secretIn(configuration),
    settings: { name, sslVerificationRequired },
  });
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function secretIn(configuration: unknown): string {
  if (typeof configuration !== "object" || configuration === null || !("secret" in configuration)) return "";
  return typeof configuration.secret === "string" ? configuration.secret : "";
}

/** The test of an address, whatever becomes of its webhook: Bitbucket tells how the address answered. */
async function tried(url: string, place: HookPlace): Promise<Answer> {
  const request = ping();
  const event = "diagnostics:ping";
  const hook: StandingHook = {
    id: 0,
    place,
    url,
    secret: "",
    events: [],
    active: true,
    settings: {},
    attempts: [],
  };
  const { status = 0 } = (await attempt(hook, { id: 0, event, request })) ?? {};
  const response = status === 0 ? {} : { response: { status, headers: {}, body: "" } };
  return { status: 200, body: { request: { method: "POST", url, ...request }, ...response } };
}
