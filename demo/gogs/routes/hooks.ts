import type { HookPlace } from "../../../src/core/webhooks.ts";
import { addHook, dropHook, hooksAt } from "../../stand-in/hook-list.ts";
import type { StandingHook } from "../../stand-in/hooks.ts";
import type { Repository } from "../../stand-in/state.ts";
import { invalid } from "../answer.ts";
import type { AskedOfRepository, Route } from "../route.ts";
import { onRepository } from "../route.ts";

/** What webhooks can tell of. */
const EVENTS = [
  "create",
  "delete",
  "fork",
  "push",
  "issues",
  "issue_comment",
  "pull_request",
  "release",
] as const;

/** The webhooks of a repository: there is no single one to be read, and none to be tried. */
export const hookRoutes: readonly Route[] = [
  onRepository("GET /repos/{owner}/{repo}/hooks", "admin", ({ state, repository }) => ({
    status: 200,
    body: hooksAt(state, placeOf(repository)).map(hookShape),
  })),
  onRepository("POST /repos/{owner}/{repo}/hooks", "admin", (asked) => ({
    status: 201,
    body: hookShape(create(asked)),
  })),
  // One that is not there is removed as well.
  onRepository("DELETE /repos/{owner}/{repo}/hooks/{id}", "admin", ({ state, repository, parameters }) => {
    const hook = hooksAt(state, placeOf(repository)).find(({ id }) => String(id) === parameters.id);
    if (hook !== undefined) dropHook(state, hook);
    return { status: 204 };
  }),
];

const placeOf = ({ fullName: name }: Repository): HookPlace => ({ level: "repository", name });

/** Switched off unless it is said to be on; names of events that are unknown are passed over. */
function create({ state, repository, body }: AskedOfRepository): StandingHook {
  const config = body.config as Readonly<Record<string, string>> | undefined;
  if (typeof body.type !== "string" || config === undefined) throw invalid("Required");
  for (const name of ["url", "content_type"]) {
    if (config[name] === undefined) throw invalid(`Missing config option: ${name}`);
  }
  const words = Array.isArray(body.events) ? body.events.map(String) : [];
  return addHook(state, {
    place: placeOf(repository),
    url: config.url ?? "",
    secret: config.secret ?? "",
    events: words.length === 0 ? ["push"] : EVENTS.filter((event) => words.includes(event)),
    active: body.active === true,
    settings: { type: body.type, content_type: config.content_type },
  });
}

/** A webhook as it is told of: never with its secret. */
function hookShape({ id, url, active, events, settings }: StandingHook) {
  const { type = "gogs", content_type: form = "json" } = settings;
  return { id, type, events, active, config: { content_type: form, url } };
}
