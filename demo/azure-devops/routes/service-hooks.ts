import type { Answer } from "../../stand-in/answer.ts";
import type { StandingHook } from "../../stand-in/hooks.ts";
import { attempt } from "../../stand-in/hooks.ts";
import { textIn } from "../../stand-in/route.ts";
import { nextId } from "../../stand-in/state.ts";
import { forbidden, notFound } from "../answer.ts";
import type { Asked, Route } from "../route.ts";
import {
  detailsShape,
  inputsIn,
  notificationShape,
  sampleOf,
  sentIn,
  subscriptionShape,
} from "../service-hooks.ts";
import { guidOf } from "../state.ts";

type Verb = "GET" | "POST" | "PUT" | "DELETE";

/** An operation on service hooks, by somebody who may look after them. */
function onHooks(verb: Verb, path: `/${string}`, answer: (asked: Asked) => Answer): Route {
  return {
    route: `${verb} /_apis/hooks${path}`,
    answer: (asked) => {
      if (!asked.state.hookKeepers.has(asked.actor.id)) throw forbidden();
      return answer(asked);
    },
  };
}

/** An operation on one subscription. */
function onHook(
  verb: Verb,
  rest: "" | `/${string}`,
  answer: (asked: Asked, hook: StandingHook) => Answer,
): Route {
  return onHooks(verb, `/subscriptions/{subscription}${rest}`, (asked) =>
    answer(asked, hookOf(asked, asked.parameters.subscription)),
  );
}

function hookOf({ state }: Asked, id: string | undefined): StandingHook {
  const hook = state.hooks.find((one) => guidOf(one.id) === id);
  if (hook === undefined) throw notFound(`The subscription ${id ?? ""}`);
  return hook;
}

/** Subscriptions and the history of their deliveries. None of these is ever sent again. */
export const serviceHookRoutes: readonly Route[] = [
  onHooks("POST", "/subscriptionsquery", ({ state, body }) => {
    const wanted = projectIn(body.publisherInputFilters);
    const all = state.hooks.map((hook) => subscriptionShape(state, hook));
    const results = all.filter(({ publisherInputs }) => inputsIn(publisherInputs).projectId === wanted);
    return { status: 200, body: { ...body, results } };
  }),
  onHooks("POST", "/subscriptions", ({ state, body }) => {
    const hook: StandingHook = { id: nextId(state), ...sentIn(state, body), active: true, attempts: [] };
    state.hooks.push(hook);
    return { status: 200, body: subscriptionShape(state, hook) };
  }),
  // What is sent replaces all, a password that was left out as well; only who says `enabled` ends a probation.
  onHook("PUT", "", ({ state, body }, hook) => {
    const { url, secret, events, settings } = sentIn(state, body);
    Object.assign(hook, { url, secret, events, settings, active: body.status === "enabled" });
    if (body.status === "enabled") delete hook.held;
    return { status: 200, body: subscriptionShape(state, hook) };
  }),
  onHook("DELETE", "", ({ state }, hook) => {
    state.hooks.splice(state.hooks.indexOf(hook), 1);
    return { status: 204 };
  }),
  onHooks("POST", "/testnotifications", (asked) => {
    const { state, body } = asked;
    const details = inputsIn(body.details);
    const [event = "", inputs] = [details.eventType, inputsIn(details.consumerInputs)];
    const id = nextId(state);
    const {
      id: number,
      place,
      secret,
      events,
      settings,
      attempts,
    } = hookOf(asked, textIn(body, "subscriptionId"));
    const subscriptionId = guidOf(number);
    // It is queued, also where the subscription is off or held back: nobody waits for what comes of it.
    void attempt(
      { id: number, place, url: inputs.url ?? "", secret, events, settings, attempts, active: true },
      { id, event, request: sampleOf(event, inputs, subscriptionId, id) },
    );
    return { status: 200, body: { id, subscriptionId, status: "queued", result: "pending" } };
  }),
  onHooks("POST", "/notificationsquery", ({ state, body }) => {
    const ids: unknown[] = Array.isArray(body.subscriptionIds) ? body.subscriptionIds : [];
    const since = Date.parse(textIn(body, "minCreatedDate") ?? "");
    const results = state.hooks
      .filter(({ id }) => ids.includes(guidOf(id)))
      .flatMap(({ attempts }) => attempts.map(notificationShape))
      .filter(({ result, createdDate }) => result === body.resultType && Date.parse(createdDate) >= since);
    if (body.includeDetails !== true) return { status: 200, body: { ...body, summary: [] } };
    return { status: 200, body: { ...body, results: results.reverse().slice(0, Number(body.maxResults)) } };
  }),
  onHook("GET", "/notifications/{notification}", ({ state, parameters }, hook) => {
    const one = hook.attempts.find(({ id }) => String(id) === parameters.notification);
    if (one === undefined) throw notFound("The notification");
    return { status: 200, body: { ...notificationShape(one), details: detailsShape(state, hook, one) } };
  }),
];

/** The project that the filters of a query name. */
function projectIn(filters: unknown): string | undefined {
  const [filter] = Array.isArray(filters) ? (filters as { conditions: Record<string, string>[] }[]) : [];
  return filter?.conditions.find(({ inputId }) => inputId === "projectId")?.inputValue;
}
