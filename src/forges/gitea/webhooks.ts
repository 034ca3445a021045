import { z } from "zod";

import { ForgehandError } from "../../core/errors.ts";
import type { HookPlace, Level, WantedHook, Webhooks } from "../../core/webhooks.ts";
import { encodePath } from "../shared/path.ts";
import { taking } from "../shared/refusals.ts";
import type { HookHands } from "../shared/sole-hook.ts";
import { faultsAmong, Hook, soleHook } from "../shared/sole-hook.ts";
import type { Line } from "./line.ts";
import { Nothing } from "./replies.ts";

/** What a webhook tells of, as servers name it in their answers: what `normalise.ts` reads. */
const EVENTS = [
  "push",
  "create",
  "delete",
  "issues",
  "issue_label",
  "issue_comment",
  "pull_request",
  "pull_request_label",
  "pull_request_sync",
  "pull_request_comment",
];

/** Where these two are asked for by their plain names, all is meant that begins so. */
const GROUPS = ["issues", "pull_request"];
const EXACTLY = EVENTS.map((event) => (GROUPS.includes(event) ? `${event}_only` : event));

/** Those that send what `normalise.ts` reads. */
const TYPES = ["gitea", "forgejo", "gogs"];

/** What the calls about the webhooks of a level take. Source: the servers' routers/api/v1/api.go. */
const RIGHTS: Readonly<Record<Level, string>> = {
  repository: "an administrator of the repository, and the scope `write:repository`",
  owner: "an owner of the organization, and the scope `write:organization`",
  system: "an administrator of the server, and the scope `write:admin`",
};

const ADVICE = [
  "The server sends to public addresses alone, unless `ALLOWED_HOST_LIST` in its `app.ini` names Forgehand's host, its network, or `private`: in the section `[webhook]`, from Gitea 1.27 on in `[security]`.",
  "The server must be able to look up the name of Forgehand's address and must trust its certificate: `SKIP_TLS_VERIFY` would hold for all of its webhooks.",
  "The server waits five seconds for an answer and never sends again by itself: what failed stands on the webhook's page for a week, with the reason, and can be replayed there.",
  "Trying the webhook of a repository without commits sends nothing, though the server says that it does.",
];

/** The webhooks of a repository, of an organization, and of the whole server. */
export function webhooks(line: Line): Webhooks {
  const hooks = soleHook({ at: (place, signal) => handsAt(line, place, signal), faultsOf });
  return {
    levels: { repository: "repository", owner: "organization", system: "server" },
    advice: ADVICE,
    ...hooks,

    /** A push that moves nothing is sent in a while. Only those of a repository can be tried. */
    async test(place, wanted, signal) {
      if (place.level !== "repository") return { kind: "unsupported" };
      const { ids } = await hooks.inspect(place, wanted, signal);
      for (const id of ids) {
        const path = `${pathOf(place)}/${id}/tests`;
        await taking(RIGHTS.repository, line.askServer({ method: "POST", path, reply: Nothing, signal }));
      }
      return { kind: "sent" };
    },
  };
}

function handsAt(line: Line, place: HookPlace, signal: AbortSignal | undefined): HookHands {
  const path = pathOf(place);
  const allowed = <T>(call: Promise<T>) => taking(RIGHTS[place.level], call);

  async function list(): Promise<Hook[]> {
    const found: Hook[] = [];
    for await (const page of line.serverPages({ path, reply: z.array(Hook), signal })) found.push(...page);
    return found;
  }

  const post = (body: object) => allowed(line.askServer({ method: "POST", path, body, reply: Hook, signal }));

  const remove = ({ id }: Hook) =>
    allowed(line.askServer({ method: "DELETE", path: `${path}/${id}`, reply: Nothing, signal }));

  return {
    list: () => allowed(list()),
    remove,

    /** Names of events that a server does not know are passed over in silence, so what it made of them is looked at. */
    async create(wanted, instead) {
      const body = bodyOf(place.level, wanted, instead);
      let made = await post({ ...body, events: EXACTLY });
      if (!GROUPS.every((event) => made.events?.includes(event))) {
        await remove(made);
        made = await post({ ...body, events: EVENTS });
      }
      if (place.level !== "system" || (await list()).some(({ id }) => id === made.id)) return made;
      await remove(made);
      throw onlyDefaults();
    },
  };
}

function pathOf({ level, name }: HookPlace): string {
  if (level === "repository") return `/repos/${encodePath(name)}/hooks`;
  return level === "owner" ? `/orgs/${encodeURIComponent(name)}/hooks` : "/admin/hooks";
}

/** All of a webhook but its events. One is switched off unless it is said to be on. */
function bodyOf(level: Level, { url, secret }: WantedHook, instead: readonly Hook[]): object {
  const authorization = instead.find((hook) => hook.authorization_header)?.authorization_header;
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
