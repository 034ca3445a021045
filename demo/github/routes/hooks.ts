import type { HookPlace } from "../../../src/core/webhooks.ts";
import type { Answer } from "../../stand-in/answer.ts";
import type { Attempt, StandingHook } from "../../stand-in/hooks.ts";
import { attempt } from "../../stand-in/hooks.ts";
import type { Signature } from "../../stand-in/route.ts";
import { textIn } from "../../stand-in/route.ts";
import { nextId } from "../../stand-in/state.ts";
import { invalid, notFound, paged } from "../answer.ts";
import { allow } from "../callers.ts";
import { sign } from "../deliveries.ts";
import { attemptShape, configShape, hookShape } from "../hook-shapes.ts";
import type { Asked, Route } from "../route.ts";
import { appOf, onRepository } from "../route.ts";

const NEEDS = { grants: ["repository_hooks:write"], role: "admin" } as const;

/** A place of webhooks, by somebody who may look after them there. */
type At = (route: Signature, answer: (asked: AtPlace) => Answer | Promise<Answer>) => Route;
interface AtPlace extends Asked {
  readonly place: HookPlace;
}

const atRepository: At = (route, answer) =>
  onRepository(route, NEEDS, (asked) => {
    const place = { level: "repository", name: asked.repository.fullName } as const;
    return answer({ ...asked, place });
  });

/** An organization is whoever has a repository, and whoever is an admin of one of these is an owner. */
const atOrganization: At = (route, answer) => ({
  route,
  answer: (asked) => {
    const { state, caller, parameters } = asked;
    const repository = state.repositories.find(({ fullName }) =>
      fullName.startsWith(`${parameters.org ?? ""}/`),
    );
    if (repository === undefined) throw notFound();
    allow(caller, repository, { grants: ["organization_hooks:write"], role: "admin" });
    return answer({ ...asked, place: { level: "owner", name: parameters.org ?? "" } });
  },
});

const atApp: At = (route, answer) => ({
  route,
  answer: (asked) => {
    appOf(asked);
    return answer({ ...asked, place: { level: "system", name: "" } });
  },
});

/** Webhooks of repositories, of organizations and of the App, with what became of their deliveries. */
export const hookRoutes: readonly Route[] = [
  ...listRoutes(atRepository, "/repos/{owner}/{repo}/hooks"),
  ...listRoutes(atOrganization, "/orgs/{org}/hooks"),
  ...historyRoutes(atRepository, "/repos/{owner}/{repo}/hooks/{hook}", hookOf),
  ...historyRoutes(atOrganization, "/orgs/{org}/hooks/{hook}", hookOf),
  ...historyRoutes(atApp, "/app/hook", appHookOf),
  atApp("GET /app/hook/config", (asked) => ({ status: 200, body: configShape(appHookOf(asked)) })),
  atApp("PATCH /app/hook/config", (asked) => {
    const hook = appHookOf(asked);
    configure(hook, asked.body);
    return { status: 200, body: configShape(hook) };
  }),
];

function listRoutes(at: At, path: `/${string}`): Route[] {
  return [
    at(`GET ${path}`, ({ state, place, url }) => {
      const there = state.hooks.filter((hook) => isAt(hook, place));
      return paged(
        there.map((hook) => hookShape(state, hook)),
        url,
      );
    }),
    at(`POST ${path}`, (asked) => {
      const hook = newHook(asked);
      change(hook, asked);
      asked.state.hooks.push(hook);
      return { status: 201, body: hookShape(asked.state, hook) };
    }),
    at(`PATCH ${path}/{hook}`, (asked) => {
      const hook = hookOf(asked);
      change(hook, asked);
      return { status: 200, body: hookShape(asked.state, hook) };
    }),
    at(`DELETE ${path}/{hook}`, (asked) => {
      asked.state.hooks.splice(asked.state.hooks.indexOf(hookOf(asked)), 1);
      return { status: 204 };
    }),
    at(`POST ${path}/{hook}/pings`, async (asked) => {
      const hook = hookOf(asked);
      const payload = {
        zen: "Keep it logically awesome.",
        hook_id: hook.id,
        hook: hookShape(asked.state, hook),
      };
      const request = sign({ event: "ping", payload }, hook.secret);
      await attempt(hook, { id: nextId(asked.state), event: "ping", request });
      return { status: 204 };
    }),
  ];
}

function historyRoutes(at: At, path: `/${string}`, hookIn: (asked: AtPlace) => StandingHook): Route[] {
  return [
    at(`GET ${path}/deliveries`, (asked) => deliveriesOf(hookIn(asked), asked)),
    at(`POST ${path}/deliveries/{delivery}/attempts`, async (asked) => {
      const { state, parameters } = asked;
      const hook = hookIn(asked);
      const found = hook.attempts.find(({ id }) => String(id) === parameters.delivery);
      if (found === undefined) throw notFound();
      const { id: repeats, event, request } = found;
      await attempt(hook, { id: nextId(state), event, request, repeats });
      return { status: 202, body: {} };
    }),
  ];
}

/** Newest first. The pages of a history have no numbers: the last one that was shown says where to go on. */
function deliveriesOf({ attempts }: StandingHook, { url }: Asked): Answer {
  const size = Number(url.searchParams.get("per_page") ?? 30);
  const cursor = url.searchParams.get("cursor");
  const before = (cursor === null ? attempts : attempts.filter(({ id }) => id < Number(cursor))).toReversed();
  const shown = before.slice(0, size);
  const next = new URL(url);
  next.searchParams.set("cursor", String(shown.at(-1)?.id));
  const answer = { status: 200, body: shown.map((one: Attempt) => attemptShape(one)) };
  return before.length > size ? { ...answer, headers: { link: `<${next.href}>; rel="next"` } } : answer;
}

function isAt({ place }: StandingHook, { level, name }: HookPlace): boolean {
  return place.level === level && place.name.toLowerCase() === name.toLowerCase();
}

function hookOf({ state, place, parameters }: AtPlace): StandingHook {
  const found = state.hooks.find((hook) => isAt(hook, place) && String(hook.id) === parameters.hook);
  if (found === undefined) throw notFound();
  return found;
}

/** The App's one webhook, with the events of its registration; it is there from the first look at it on. */
function appHookOf(asked: AtPlace): StandingHook {
  const { state, place } = asked;
  const known = state.hooks.find((hook) => isAt(hook, place));
  if (known !== undefined) return known;
  const hook = { ...newHook(asked), events: appOf(asked).events };
  state.hooks.push(hook);
  return hook;
}

function newHook({ state, place }: AtPlace): StandingHook {
  return {
    id: nextId(state),
    place,
    url: "",
    secret: "",
    events: ["push"],
    active: true,
    settings: {},
    attempts: [],
  };
}

/** What a body says of a webhook. Another one that sends the same events to the same address is refused. */
function change(hook: StandingHook, { state, place, body }: AtPlace): void {
  const { active, events, config } = body;
  const heard = Array.isArray(events) ? events.map(String) : hook.events;
  const wanted = config as Asked["body"] | undefined;
  const url = wanted === undefined ? hook.url : (textIn(wanted, "url") ?? "");
  if (!/^https?:/.test(url)) throw invalid({ resource: "Hook", code: "custom", field: "url" });
  const isTaken = state.hooks.some(
    (other) =>
      other !== hook &&
      isAt(other, place) &&
      other.url === url &&
      other.events.some((one) => heard.includes(one)),
  );
  if (isTaken) {
    throw invalid({ resource: "Hook", code: "custom", message: "Hook already exists on this repository" });
  }
  hook.events = heard;
  if (typeof active === "boolean") hook.active = active;
  // What the new settings leave out is gone, the secret first of all.
  if (wanted !== undefined) configure(Object.assign(hook, { secret: "", settings: {} }), wanted);
}

function configure(hook: StandingHook, config: Asked["body"]): void {
  const { url, secret, content_type, insecure_ssl } = config;
  if (typeof url === "string") hook.url = url;
  if (typeof secret === "string") hook.secret = secret;
  hook.settings = {
    ...hook.settings,
    ...(content_type === undefined ? {} : { content_type }),
    ...(insecure_ssl === undefined ? {} : { insecure_ssl }),
  };
}
