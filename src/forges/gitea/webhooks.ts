import { z } from "zod";

import { ForgehandError } from "../../core/errors.ts";
import type { HookPlace, HookTrial, Level, WantedHook, Webhooks } from "../../core/webhooks.ts";
import { addressOf, faultsAmong, Hook } from "../shared/gogs-hooks.ts";
import type { HookCalls } from "../shared/hooks.ts";
import { oneHook, webhooksAt } from "../shared/hooks.ts";
import { encodePath } from "../shared/path.ts";
import type { Line } from "./line.ts";
import { Nothing } from "./replies.ts";

/** What a webhook tells of, as servers name it in their answers: what `normalise.ts` reads. */
const EVENTS = [
  "push",
  "create",
  "delete",
  "issues",
  "issue_assign",
  "issue_label",
  "issue_comment",
  "pull_request",
  "pull_request_assign",
  "pull_request_label",
  "pull_request_sync",
  "pull_request_comment",
];

/**
 * What is asked for beside that. Reviews have three names in answers and this one in requests; statuses are told by Gitea
 * from 1.24 on, and never by Forgejo. So neither is a fault where it is missing.
 */
const IF_THERE = ["pull_request_review", "status"];

/** Where these two are asked for by their plain names, all is meant that begins so. */
const GROUPS = ["issues", "pull_request"];
const PLAINLY = [...EVENTS, ...IF_THERE];
const EXACTLY = PLAINLY.map((event) => (GROUPS.includes(event) ? `${event}_only` : event));

/** Those that send what `normalise.ts` reads. */
const TYPES = ["gitea", "forgejo", "gogs"];

const ADVICE = [
  "The server sends to public addresses alone, unless `ALLOWED_HOST_LIST` in its `app.ini` names Forgehand's host, its network, or `private`: in the section `[webhook]`, from Gitea 1.27 on in `[security]`.",
  "The server must be able to look up the name of Forgehand's address and must trust its certificate: `SKIP_TLS_VERIFY` would hold for all of its webhooks.",
  "The server waits five seconds for an answer and never sends again by itself: what failed stands on the webhook's page for a week, with the reason, and can be replayed there.",
  "Trying the webhook of a repository without commits sends nothing, though the server says that it does.",
];

/** The webhooks of a repository, of an organization, and of the whole server. */
export function webhooks(line: Line): Webhooks {
  const calls = callsOver(line);
  const hooks = oneHook(calls);

  /** A push that moves nothing is sent in a while. Only those of a repository can be tried. */
  async function test(place: HookPlace, { id }: Hook, signal?: AbortSignal): Promise<HookTrial> {
    await line.askServer({ method: "POST", path: `${pathOf(place)}/${id}/tests`, reply: Nothing, signal });
    return { kind: "sent" };
  }

  // Source of the rights: the servers' routers/api/v1/api.go.
  return webhooksAt(
    {
      repository: {
        word: "repository",
        needs: "It takes an administrator of the repository, and the scope `write:repository`.",
        hooks: oneHook({ ...calls, test }),
      },
      owner: {
        word: "organization",
        needs: "It takes an owner of the organization, and the scope `write:organization`.",
        hooks,
      },
      system: {
        word: "server",
        needs: "It takes an administrator of the server, and the scope `write:admin`.",
        hooks,
      },
    },
    ADVICE,
  );
}

function callsOver(line: Line): HookCalls<Hook> {
  async function list(place: HookPlace, signal?: AbortSignal): Promise<Hook[]> {
    const found: Hook[] = [];
    const call = { path: pathOf(place), reply: z.array(Hook), signal };
    for await (const page of line.serverPages(call)) found.push(...page);
    return found;
  }

  const remove = (place: HookPlace, { id }: Hook, signal?: AbortSignal) =>
    line.askServer({ method: "DELETE", path: `${pathOf(place)}/${id}`, reply: Nothing, signal });

  /** Names of events that a server does not know are passed over in silence, so what it made of them is looked at. */
  async function replace(place: HookPlace, old: readonly Hook[], wanted: WantedHook, signal?: AbortSignal) {
    const call = { method: "POST", path: pathOf(place), reply: Hook, signal } as const;
    const body = bodyOf(place.level, wanted, old);
    let made = await line.askServer({ ...call, body: { ...body, events: EXACTLY } });
    if (!GROUPS.every((event) => made.events?.includes(event))) {
      await remove(place, made, signal);
      made = await line.askServer({ ...call, body: { ...body, events: PLAINLY } });
    }
    if (place.level !== "system" || (await list(place, signal)).some(({ id }) => id === made.id)) return made;
    await remove(place, made, signal);
    throw onlyDefaults();
  }

  return {
    list,
    addressOf,
    faultsOf,
    create: (place, wanted, signal) => replace(place, [], wanted, signal),
    replace,
    delete: remove,
  };
}

function pathOf({ level, name }: HookPlace): string {
  if (level === "repository") return `/repos/${encodePath(name)}/hooks`;
  return level === "owner" ? `/orgs/${encodeURIComponent(name)}/hooks` : "/admin/hooks";
}

/** All of a webhook but its events. One is switched off unless it is said to be on. */
function bodyOf(level: Level, { url, secret }: WantedHook, old: readonly Hook[]): object {
  const authorization = old.find((hook) => hook.authorization_header)?.authorization_header;
  return {
    type: "gitea",
    active: true,
    branch_filter: "*",
    // A proxy before Forgehand may want it.
    ...(authorization ? { authorization_header: authorization } : {}),
    config: {
      url,
      content_type: "json",
      secret,
      // Without it a pattern for repositories to come would be made, which sends nothing itself.
      ...(level === "system" ? { is_system_webhook: "true" } : {}),
    },
  };
}

function faultsOf(hook: Hook): string[] {
  const { branch_filter: filter } = hook;
  const isFiltered = filter && filter !== "*";
  return [
    ...faultsAmong(hook, { types: TYPES, events: EVENTS }),
    ...(isFiltered ? [`tells of the branches ${filter} alone`] : []),
  ];
}

/** Servers before 1.20 make nothing else by their API, and list none of them. */
function onlyDefaults(): ForgehandError {
  const message =
    "The server made a default webhook, which is a pattern for repositories to come, since by its API it makes no " +
    "system webhook yet; Forgehand removed it. Make one by hand (Site Administration, Integrations), or one for each organization.";
  return new ForgehandError("FORGE_REFUSED", message);
}
