import type { Actor, CommentEvent, Issue, PullRequest, Repo } from "../../core/event.ts";
import { fromBitbucket } from "./marker.ts";
import type * as payloads from "./payloads.ts";
import { isFullHash } from "./payloads.ts";

/**
 * Bitbucket's shapes in our words. An account is known by its UUID in braces, as every payload and answer writes it;
 * its nickname is for people to read, and belongs to nobody for good. Apps and access tokens have accounts of a type of
 * their own.
 */
export function actorOf({ uuid, type, nickname, display_name: name, username }: payloads.Account): Actor {
  return {
    id: uuid,
    login: [nickname, name, username].find(Boolean) ?? uuid,
    ...(type === "app_user" ? { bot: true } : {}),
  };
}

/** The author, where one is told. */
function authorOf(account: payloads.Account | null | undefined): { author?: Actor } {
  return account ? { author: actorOf(account) } : {};
}

export function repoOf({ uuid, full_name: fullName }: payloads.Repository): Repo {
  return { id: uuid, fullName };
}

/** States of an issue in which nothing is left to do. */
const CLOSED: readonly string[] = ["resolved", "invalid", "duplicate", "wontfix", "closed"];

export function isClosed(state: unknown): boolean {
  return typeof state === "string" && CLOSED.includes(state.toLowerCase());
}

export function issueOf({ id, title, content, state, reporter, links }: payloads.Issue): Issue {
  return {
    number: id,
    title,
    body: fromBitbucket(content?.raw),
    state: isClosed(state) ? "closed" : "open",
    labels: [],
    ...urlOf(links),
    ...authorOf(reporter),
  };
}

/** A pull request; without its head where only a part of the commit's id is told. There are no labels. */
export function pullRequestOf(request: payloads.PullRequest): PullRequest {
  const { source, destination } = request;
  const head = source.commit?.hash ?? "";
  return {
    number: request.id,
    title: request.title,
    body: fromBitbucket(request.description),
    state: stateOf(request.state),
    labels: [],
    ...urlOf(request.links),
    source: { branch: source.branch.name, repo: source.repository?.full_name ?? null },
    target: { branch: destination.branch.name },
    ...(isFullHash(head) ? { headSha: head } : {}),
    fork: isFork(request),
    draft: request.draft ?? false,
    ...authorOf(request.author),
  };
}

/** A superseded pull request gave way to another one, and cannot be opened again any more than a declined one. */
function stateOf(state: string): PullRequest["state"] {
  if (state === "MERGED") return "merged";
  return state === "DECLINED" || state === "SUPERSEDED" ? "closed" : "open";
}

/** Whether the source is another repository, or one that is gone. Where it cannot be told, it is someone else's code. */
export function isFork({ source, destination }: payloads.PullRequest): boolean {
  const from = source.repository;
  const to = destination.repository;
  if (!from || !to) return true;
  return from.uuid !== to.uuid || from.full_name !== to.full_name;
}

/** The text of a comment, and where it stands. */
export function commentOf({ id, content, links }: payloads.Comment): CommentEvent["comment"] {
  return { id: String(id), body: fromBitbucket(content?.raw), ...urlOf(links) };
}

function urlOf(links: payloads.Issue["links"]): { url?: string } {
  const url = links?.html?.href;
  return url ? { url } : {};
}
