import type { HookPlace } from "../../../src/core/webhooks.ts";
import type { Answer } from "../../stand-in/answer.ts";
import { branchHead } from "../../stand-in/git.ts";
import { addHook, dropHook, hooksAt } from "../../stand-in/hook-list.ts";
import type { StandingHook } from "../../stand-in/hooks.ts";
import { attempt } from "../../stand-in/hooks.ts";
import { textIn } from "../../stand-in/route.ts";
import { nextId } from "../../stand-in/state.ts";
import { notFound, paged, Refusal } from "../answer.ts";
import { sign, toldOf } from "../deliveries.ts";
import type { Asked, AskedOfRepository, Route } from "../route.ts";
import { onRepository } from "../route.ts";

/** What webhooks can tell of. A word that stands for several is asked for alone by `_only`. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  issues: ["issue_assign", "issue_label", "issue_milestone", "issue_comment"],
  pull_request: [
    "pull_request_assign",
    "pull_request_label",
    "pull_request_milestone",
    "pull_request_comment",
    "pull_request_review",
    "pull_request_review_request",
    "pull_request_sync",
  ],
};
const OTHERS = ["create", "delete", "fork", "push", "wiki", "repository", "release", "package"];

/** The webhooks of a repository, of an organization and of the server. */
export const hookRoutes: readonly Route[] = [
  ...hooksOf((verb, rest, answer) =>
    onRepository(verb, `/hooks${rest}`, "admin", (asked) =>
      answer(asked, { level: "repository", name: asked.repository.fullName }),
    ),
  ),
  ...hooksOf((verb, rest, answer) => ({
    route: `${verb} /orgs/{org}/hooks${rest}`,
    answer: (asked) => answer(asked, ownedBy(asked)),
  })),
  ...hooksOf((verb, rest, answer) => ({
    route: `${verb} /admin/hooks${rest}`,
    answer: (asked) => {
      if (!asked.state.administrators.has(asked.actor.login)) {
        throw new Refusal(403, "user should be the site admin");
      }
      return answer(asked, { level: "system", name: "" });
    },
  })),
  onRepository("POST", "/hooks/{id}/tests", "admin", async (asked) => {
    const hook = findHook(asked, { level: "repository", name: asked.repository.fullName });
    await tryHook(asked, hook);
    return { status: 204 };
  }),
];

type Answering = (asked: Asked, place: HookPlace) => Answer;
type OnPlace = (verb: "GET" | "POST" | "DELETE", rest: "" | "/{id}", answer: Answering) => Route;

/** What is the same at every level. A single one can be read and changed, too, which nobody here does. */
function hooksOf(on: OnPlace): Route[] {
  return [
    on("GET", "", ({ state, url }, place) => paged(hooksAt(state, place).map(hookShape), url)),
    on("POST", "", (asked, place) => ({ status: 201, body: hookShape(create(asked, place)) })),
    on("DELETE", "/{id}", (asked, place) => {
      dropHook(asked.state, findHook(asked, place));
      return { status: 204 };
    }),
  ];
}

/** The organization of the path, for one of its owners. */
function ownedBy({ state, actor, parameters }: Asked): HookPlace {
  const { org = "" } = parameters;
  const owners = state.organizations.get(org);
  if (owners === undefined) throw notFound();
  if (!owners.includes(actor.login)) throw new Refusal(403, "Must be an organization owner");
  return { level: "owner", name: org };
}

function findHook({ state, parameters }: Asked, place: HookPlace): StandingHook {
  const hook = hooksAt(state, place).find(({ id }) => String(id) === parameters.id);
  if (hook === undefined) throw notFound();
  return hook;
}

/** Switched off unless it is said to be on. On the whole server it is a mere pattern unless it is said to be more. */
function create({ state, body }: Asked, place: HookPlace): StandingHook {
  const config = body.config as Readonly<Record<string, string>> | undefined;
  if (typeof body.type !== "string") throw new Refusal(422, "[Type]: Required");
  for (const name of ["url", "content_type"]) {
    if (config?.[name] === undefined) throw new Refusal(422, `Missing config option: ${name}`);
  }
  const isPattern = place.level === "system" && config?.is_system_webhook !== "true";
  return addHook(state, {
    place: isPattern ? { level: "system", name: "default" } : place,
    url: config?.url ?? "",
    secret: config?.secret ?? "",
    events: expanded(Array.isArray(body.events) ? body.events.map(String) : []),
    active: body.active === true,
    settings: {
      type: body.type,
      content_type: config?.content_type,
      branch_filter: textIn(body, "branch_filter") ?? "",
      authorization_header: textIn(body, "authorization_header") ?? "",
    },
  });
}

/** What is meant by the words that a webhook was asked for with; those that are unknown are passed over. */
function expanded(words: readonly string[]): string[] {
  if (words.length === 0) return ["push"];
  const grouped = Object.entries(GROUPS).flatMap(([word, parts]) => [
    ...(words.includes(word) || words.includes(`${word}_only`) ? [word] : []),
    ...parts.filter((part) => words.includes(word) || words.includes(part)),
  ]);
  return [...OTHERS.filter((word) => words.includes(word)), ...grouped];
}

/** A webhook as it is told of: never with its secret. */
function hookShape({ id, url, active, events, settings }: StandingHook) {
  const { type = "gitea", content_type: form = "json", ...more } = settings;
  return {
    id,
    type,
    branch_filter: "",
    authorization_header: "",
    ...more,
    config: { content_type: form, url },
    events,
    active,
  };
}

/** A push that moves nothing; of a repository without commits none. */
async function tryHook({ state, repository, actor }: AskedOfRepository, hook: StandingHook): Promise<void> {
  const branch = repository.defaultBranch;
  const head = await branchHead(state.root, repository, branch);
  if (head === undefined) return;
  const told = await toldOf(state, { kind: "pushed", repository, actor, branch, before: head, after: head });
  const request = sign(told, { product: state.product, secret: hook.secret });
  await attempt(hook, { id: nextId(state), event: told.event, request });
}
