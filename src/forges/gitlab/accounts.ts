import {
  IssueLabelEvents,
  Issues,
  MergeRequestLabelEvents,
  MergeRequests,
  ProjectMembers,
  Users,
} from "@gitbeaker/rest";

import { ForgehandError } from "../../core/errors.ts";
import type { Actor, Repo, Thread } from "../../core/event.ts";
import { sameLabel } from "../../core/event.ts";
import type { Forge, Labelling, Permission } from "../../core/forge.ts";
import type { Line } from "./line.ts";
import { Account, Accounts, LabelEvents, Labelled, Member } from "./replies.ts";
import { actorOf } from "./translate.ts";

/**
 * What an access level permits, lowest first; a level between two counts as the one below. A planner and a reporter may
 * set labels, and a developer may push. Source: GitLab docs, "Members API", `access_level`.
 */
const LEVELS: readonly (readonly [number, Permission])[] = [
  [10, "read"],
  [15, "triage"],
  [20, "triage"],
  [30, "write"],
  [40, "maintain"],
  [50, "admin"],
];

/** Who we are, and who somebody else is: the calls about accounts. */
export function accounts(line: Line) {
  let self: Actor | undefined;

  return {
    async self(signal) {
      self ??= actorOf(await line.ask(Account, signal, (api) => new Users(api).showCurrentUser()));
      return self;
    },

    /** Members by inheritance and invitation count; an administrator of the server counts only as a member. */
    async permission(repo, actor, signal) {
      try {
        const id = actor.id || (await idOf(line, actor.login, signal));
        if (id === undefined) return "none";
        const member = await line.ask(Member, signal, (api) =>
          new ProjectMembers(api).show(repo.id, Number(id), { includeInherited: true }),
        );
        return permissionOf(member, id);
      } catch (error) {
        if (!(error instanceof ForgehandError)) throw error;
        if (error.code === "FORGE_NOT_FOUND") return "none";
        if (error.code === "FORGE_REFUSED") return "unknown";
        throw error;
      }
    },

    async whoLabelled(repo, thread, label, signal) {
      const { labels } = await line.ask(Labelled, signal, (api) =>
        thread.kind === "issue"
          ? new Issues(api).show(thread.number, { projectId: repo.id })
          : new MergeRequests(api).show(repo.id, thread.number),
      );
      if (!labels.some((name) => sameLabel(name, label))) return { kind: "absent" };
      return (await latestLabelling(line, repo, thread, label, signal)) ?? { kind: "unsupported" };
    },
  } satisfies Partial<Forge>;
}

/** The id of a login that an old server named alone; undefined where nobody has it any more. */
export async function idOf(line: Line, login: string, signal?: AbortSignal): Promise<string | undefined> {
  const found = await line.ask(Accounts, signal, (api) => new Users(api).all({ username: login }));
  const account = found.find(({ username }) => username.toLowerCase() === login.toLowerCase());
  return account && String(account.id);
}

function permissionOf(member: { id: number; state: string; access_level: number }, id: string): Permission {
  if (String(member.id) !== id || member.state !== "active") return "none";
  const reached = LEVELS.filter(([level]) => level <= member.access_level);
  return reached.at(-1)?.[1] ?? "none";
}

/** The latest time that a label was set, in the list of all changes of labels, oldest first. */
async function latestLabelling(
  line: Line,
  repo: Repo,
  { kind, number }: Thread,
  label: string,
  signal?: AbortSignal,
): Promise<Labelling | undefined> {
  const pages = line.pages(LabelEvents, signal, (api, page) => {
    const events = kind === "issue" ? new IssueLabelEvents(api) : new MergeRequestLabelEvents(api);
    return events.all(repo.id, number, page);
  });
  let latest: Labelling | undefined;
  for await (const events of pages) {
    for (const { id, action, created_at: at, user, label: changed } of events) {
      if (!sameLabel(changed?.name ?? "", label)) continue;
      const isSet = action === "add" && user;
      latest = isSet
        ? { kind: "set", actor: actorOf(user), eventId: String(id), at: new Date(at) }
        : undefined;
    }
  }
  return latest;
}
