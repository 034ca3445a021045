import type { Actor, Repo } from "../../core/event.ts";
import type { Forge, GitCredentials, Labelling, Permission } from "../../core/forge.ts";
import { PERMISSIONS } from "../../core/forge.ts";
import { ForgehandError } from "../../core/errors.ts";
import { sameLabel } from "../../core/event.ts";
import type { Line } from "./line.ts";
import { Account, App, CollaboratorPermission, IssueEvents, LabelledIssue, Token } from "./replies.ts";
import { actorOf } from "./translate.ts";

/** Who we are, and who somebody else is: the calls about accounts. */
export function accounts(line: Line, token: string | undefined) {
  let self: Actor | undefined;

  return {
    async self(signal) {
      self ??= actorOf(line.isApp ? await botOf(line, signal) : await owner(line, signal));
      return self;
    },

    async permission(repo, actor, signal) {
      try {
        const found = await line.ask(repo, {
          route: "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
          reply: CollaboratorPermission,
          parameters: { username: actor.login },
          signal,
        });
        // A login that was given up can be taken by somebody else; the id cannot.
        return String(found.user?.id) === actor.id ? permissionOf(found) : "none";
      } catch (error) {
        if (!(error instanceof ForgehandError)) throw error;
        if (error.code === "FORGE_NOT_FOUND") return "none";
        if (error.code === "FORGE_REFUSED") return "unknown";
        throw error;
      }
    },

    async whoLabelled(repo, { number }, label, signal) {
      const issue = { issue_number: number };
      const { labels } = await line.ask(repo, {
        route: "GET /repos/{owner}/{repo}/issues/{issue_number}",
        reply: LabelledIssue,
        parameters: issue,
        signal,
      });
      if (!labels.some(({ name }) => sameLabel(name ?? "", label))) return { kind: "absent" };
      const latest = await latestLabelling(line, repo, number, label, signal);
      return latest ?? { kind: "unsupported" };
    },

    async gitCredentials(repo, purpose, signal): Promise<GitCredentials> {
      if (token !== undefined) return { username: "x-access-token", password: token };
      const minted = await line.askSelf({
        route: "POST /app/installations/{installation_id}/access_tokens",
        reply: Token,
        parameters: {
          installation_id: await line.installation(repo, signal),
          repository_ids: [Number(repo.id)],
          permissions: { contents: purpose === "push" ? "write" : "read" },
        },
        signal,
      });
      return { username: "x-access-token", password: minted.token };
    },
  } satisfies Partial<Forge>;
}

function owner(line: Line, signal?: AbortSignal) {
  return line.askSelf({ route: "GET /user", reply: Account, signal });
}

/** An App writes as an account of its own, whose id is not the App's. */
async function botOf(line: Line, signal?: AbortSignal) {
  const { slug } = await line.askSelf({ route: "GET /app", reply: App, signal });
  return line.askAsAny({
    route: "GET /users/{username}",
    reply: Account,
    parameters: { username: `${slug}[bot]` },
    signal,
  });
}

/**
 * `permission` knows admin, write, read and none; `role_name` tells maintain (shown as write) and triage (as read)
 * apart. A role of an organization's own making counts as the permission that it is built on.
 */
function permissionOf({
  permission,
  role_name: role,
}: {
  permission: string;
  role_name?: string | null | undefined;
}): Permission {
  if (permission === "write" && role === "maintain") return "maintain";
  if (permission === "read" && role === "triage") return "triage";
  return PERMISSIONS.find((known) => known === permission) ?? "unknown";
}

/** The latest time that a label was set, in the list of everything that happened to an issue, oldest first. */
async function latestLabelling(
  line: Line,
  repo: Repo,
  number: number,
  label: string,
  signal?: AbortSignal,
): Promise<Labelling | undefined> {
  let latest: Labelling | undefined;
  const pages = line.pages(repo, {
    route: "GET /repos/{owner}/{repo}/issues/{issue_number}/events",
    reply: IssueEvents,
    parameters: { issue_number: number },
    signal,
  });
  for await (const events of pages) {
    for (const { id, event, created_at: at, actor, label: changed } of events) {
      if (!sameLabel(changed?.name ?? "", label)) continue;
      if (event === "unlabeled" || (event === "labeled" && !actor)) latest = undefined;
      if (event === "labeled" && actor) {
        latest = { kind: "set", actor: actorOf(actor), eventId: String(id), at: new Date(at) };
      }
    }
  }
  return latest;
}
