import type { HookPlace } from "../../../src/core/webhooks.ts";
import type { Answer } from "../../stand-in/answer.ts";
import type { StandingHook } from "../../stand-in/hooks.ts";
import type { Body, Signature } from "../../stand-in/route.ts";
import { textIn } from "../../stand-in/route.ts";
import { nextId } from "../../stand-in/state.ts";
import { invalid, notFound, paged } from "../answer.ts";
import { allow } from "../callers.ts";
import type { Asked, Route } from "../route.ts";
import { onRepository } from "../route.ts";
import { hookShape } from "../shapes.ts";
import { partsOf, uuidOf } from "../state.ts";

type AskedOfPlace = Asked & { readonly place: HookPlace };
type Answering = (asked: AskedOfPlace) => Answer;

/** Characters of a secret. */
const LONGEST_SECRET = 128;

/** Events that can be asked for. Those of issues are none any more. */
const EVENT =
  /^(?:repo:(?:push|updated|fork|transfer|created|deleted|imported|commit_\w+)|pullrequest:\w+|project:updated|pipeline:span_created)$/;

/** The same operations on the webhooks of a repository and on those of a workspace, each for its administrators. */
export const webhookRoutes: readonly Route[] = [
  ...onHooks("GET", "", ({ state, place, url }) => paged(hooksAt({ state, place }).map(hookShape), url)),
  ...onHooks("POST", "", (asked) => {
    const { state, place, body } = asked;
    if (textIn(body, "url") === undefined) throw invalid("url", "This field is required.");
    if (body.events === undefined) throw invalid("events", "This field is required.");
    const id = nextId(state);
    const empty = { url: "", secret: "", events: [], active: true, settings: {}, attempts: [] };
    const hook: StandingHook = { id, place, ...empty };
    write(hook, body);
    state.hooks.push(hook);
    return { status: 201, body: hookShape(hook) };
  }),
  ...onHooks("GET", "/{hook}", (asked) => ({ status: 200, body: hookShape(hookOf(asked)) })),
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
];

function onHooks(
  method: "GET" | "POST" | "PUT" | "DELETE",
  rest: "" | `/${string}`,
  answer: Answering,
): Route[] {
  const ofWorkspace: Signature = `${method} /workspaces/{workspace}/hooks${rest}`;
  return [
    onRepository(method, `/hooks${rest}`, "admin", (asked) =>
      answer({ ...asked, place: { level: "repository", name: asked.repository.fullName } }),
    ),
    {
      route: ofWorkspace,
      answer: (asked) => {
        const { workspace: name = "" } = asked.parameters;
        const within = asked.state.repositories.filter((one) => partsOf(one).workspace === name);
        if (within.length === 0) throw notFound("Workspace");
        for (const repository of within) allow(asked.actor, repository, "admin");
        return answer({ ...asked, place: { level: "owner", name } });
      },
    },
  ];
}

function hooksAt({ state, place }: Pick<AskedOfPlace, "state" | "place">): StandingHook[] {
  return state.hooks.filter((hook) => hook.place.level === place.level && hook.place.name === place.name);
}

function hookOf(asked: AskedOfPlace): StandingHook {
  const found = hooksAt(asked).find((hook) => uuidOf(hook) === asked.parameters.hook);
  if (found === undefined) throw notFound("Webhook");
  return found;
}

/** What a body says of a webhook. A secret that is left out stays; null or an empty one takes it away. */
function write(hook: StandingHook, body: Body): void {
  const { active = hook.active, events = hook.events, secret = hook.secret } = body;
  const url = textIn(body, "url") ?? hook.url;
  const description = textIn(body, "description") ?? hook.settings.description;
  if (!URL.canParse(url)) throw invalid("url", "Enter a valid URL.");
  if (typeof active !== "boolean") throw invalid("active", "Must be a boolean.");
  const isSecret = secret === null || (typeof secret === "string" && secret.length <= LONGEST_SECRET);
  if (!isSecret) throw invalid("secret", `Ensure this value has at most ${LONGEST_SECRET} characters.`);
  if (!isEvents(events)) throw invalid("events", "Select valid choices.");
  const settings = { ...hook.settings, description };
  Object.assign(hook, { url, active, events, secret: secret ?? "", settings });
}

function isEvents(events: unknown): events is readonly string[] {
  return (
    Array.isArray(events) &&
    events.length > 0 &&
    events.every((event) => typeof event === "string" && EVENT.test(event))
  );
}
