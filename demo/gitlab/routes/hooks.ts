import type { HookPlace } from "../../../src/core/webhooks.ts";
import type { Answer } from "../../stand-in/answer.ts";
import type { Attempt, StandingHook } from "../../stand-in/hooks.ts";
import { arrived, attempt } from "../../stand-in/hooks.ts";
import type { Body, Signature } from "../../stand-in/route.ts";
import { textIn } from "../../stand-in/route.ts";
import { nextId } from "../../stand-in/state.ts";
import { badParameter, forbidden, notFound, paged, Refusal } from "../answer.ts";
import { allow } from "../callers.ts";
import { sign } from "../deliveries.ts";
import { EVENTS, hookEventShape, webhookShape } from "../webhook-shapes.ts";
import type { Asked, Route } from "../route.ts";
import { onProject } from "../route.ts";

/** A place of webhooks, by somebody who may look after them there. */
type At = (route: Signature, answer: (asked: AtPlace) => Answer | Promise<Answer>) => Route;
interface AtPlace extends Asked {
  readonly place: HookPlace;
}

const atProject: At = (route, answer) =>
  onProject(route, "maintain", (asked) =>
    answer({ ...asked, place: { level: "repository", name: asked.repository.fullName } }),
  );

/** A group is whatever a project lies in; whoever is an owner of the project is one of the group. */
const atGroup: At = (route, answer) => ({
  route,
  answer: (asked) => {
    const { id = "" } = asked.parameters;
    const repository = asked.state.repositories.find(({ fullName }) => fullName.startsWith(`${id}/`));
    if (repository === undefined) throw notFound("Group");
    allow(asked.actor, repository, "admin");
    return answer({ ...asked, place: { level: "owner", name: id } });
  },
});

const atServer: At = (route, answer) => ({
  route,
  answer: (asked) => {
    if (!asked.state.administrators.has(asked.actor.login)) throw forbidden();
    return answer({ ...asked, place: { level: "system", name: "" } });
  },
});

/** Webhooks of projects and groups with their history, and system hooks, which have none. */
export const hookRoutes: readonly Route[] = [
  ...listRoutes(atProject, "/projects/{id}/hooks"),
  ...historyRoutes(atProject, "/projects/{id}/hooks/{hook}"),
  ...listRoutes(atGroup, "/groups/{id}/hooks"),
  ...historyRoutes(atGroup, "/groups/{id}/hooks/{hook}"),
  ...listRoutes(atServer, "/hooks"),
  atServer("POST /hooks/{hook}", async (asked) => {
    const payload = { event_name: "project_create", name: "Example", path: "example", project_id: 1 };
    await tryOut(asked, { event: "System Hook", payload });
    return { status: 201, body: payload };
  }),
];

function listRoutes(at: At, path: `/${string}`): Route[] {
  return [
    at(`GET ${path}`, ({ state, place, url }) =>
      paged(
        state.hooks.filter((hook) => isAt(hook, place)).map((hook) => webhookShape(hook)),
        url,
      ),
    ),
    at(`POST ${path}`, ({ state, place, body }) => {
      if (textIn(body, "url") === undefined) throw badParameter("url is missing");
      const id = nextId(state);
      const events = ["push_events"];
      const hook = { id, place, url: "", secret: "", events, active: true, settings: {}, attempts: [] };
      change(hook, body);
      state.hooks.push(hook);
      return { status: 201, body: webhookShape(hook) };
    }),
    at(`GET ${path}/{hook}`, (asked) => ({ status: 200, body: webhookShape(hookOf(asked)) })),
    at(`PUT ${path}/{hook}`, (asked) => {
      const hook = hookOf(asked);
      change(hook, asked.body);
      return { status: 200, body: webhookShape(hook) };
    }),
    at(`DELETE ${path}/{hook}`, (asked) => {
      asked.state.hooks.splice(asked.state.hooks.indexOf(hookOf(asked)), 1);
      return { status: 204 };
    }),
  ];
}

function historyRoutes(at: At, path: `/${string}`): Route[] {
  return [
    at(`POST ${path}/test/{trigger}`, async (asked) => {
      if (asked.parameters.trigger !== "resource_access_token_events") {
        throw new Refusal(422, { message: "Ensure the project has what this tells of." });
      }
      const payload = { object_kind: "access_token", event_name: "expiring_access_token" };
      const made = await tryOut(asked, { event: "Resource Access Token Hook", payload });
      if (!arrived(made)) throw new Refusal(422, { message: "Hook execution failed" });
      return { status: 201, body: { message: "201 Created" } };
    }),
    at(`GET ${path}/events`, (asked) => {
      const { attempts, url } = hookOf(asked);
      const shown = attempts.toReversed().map((one: Attempt) => hookEventShape(url, one));
      return paged(shown, asked.url);
    }),
    at(`POST ${path}/events/{event}/resend`, async (asked) => {
      const hook = hookOf(asked);
      const found = hook.attempts.find(({ id }) => String(id) === asked.parameters.event);
      if (found === undefined) throw notFound();
      const { id: repeats, event, request } = found;
      const made = await attempt(hook, { id: nextId(asked.state), event, request, repeats });
      if (made === undefined) throw new Refusal(422, { message: "Hook disabled" });
      return { status: 201, body: { response_status: made.status } };
    }),
  ];
}

/** Bring a test, also by a webhook that is held back; one that is answered goes on. */
async function tryOut(asked: AtPlace, told: Parameters<typeof sign>[0]): Promise<Attempt> {
  const hook = hookOf(asked);
  const request = sign(told, { secret: hook.secret, instance: asked.state.url });
  const free = { ...hook, active: true };
  delete free.held;
  const id = nextId(asked.state);
  const made = await attempt(free, { id, event: told.event, request });
  if (made === undefined) throw new Refusal(500, { message: "the webhook did not send" });
  if (arrived(made)) {
    hook.active = true;
    delete hook.held;
  }
  return made;
}

function isAt({ place }: StandingHook, { level, name }: HookPlace): boolean {
  return place.level === level && place.name === name;
}

function hookOf({ state, place, parameters }: AtPlace): StandingHook {
  const found = state.hooks.find((hook) => isAt(hook, place) && String(hook.id) === parameters.hook);
  if (found === undefined) throw notFound();
  return found;
}

/** What a body says of a webhook. A new address forgets the secret, if it is not said again. */
function change(hook: StandingHook, body: Body): void {
  const url = textIn(body, "url") ?? hook.url;
  if (!/^https?:\/\//.test(url)) throw new Refusal(422, { error: "Invalid url given" });
  if (url !== hook.url) hook.secret = "";
  hook.url = url;
  const secrets = [textIn(body, "token"), textIn(body, "signing_token")].filter((one) => one !== undefined);
  if (secrets.length > 0) hook.secret = secrets.find((one) => one !== "") ?? "";
  const others = hook.events.filter((event) => body[event] !== false);
  hook.events = [...new Set([...others, ...EVENTS.filter((event) => body[event] === true)])];
  const template = textIn(body, "custom_webhook_template");
  if (template !== undefined) hook.settings = { ...hook.settings, custom_webhook_template: template };
}
