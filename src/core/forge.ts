import type { ZodType } from "zod";

import type { Delivery, Reading, Recorded, Sender, WebhookRequest } from "./delivery.ts";
import type { Actor, Issue, PullRequest, Repo, Thread } from "./event.ts";
import type { Listings } from "./listings.ts";
import type { Log } from "./log.ts";
import type { CommitPlace, Status } from "./status.ts";
import type { Webhooks } from "./webhooks.ts";

/** What an account may do in a repository, least first. `unknown`: the forge would not say; it refuses. */
export const PERMISSIONS = ["none", "read", "triage", "write", "maintain", "admin"] as const;
export type Permission = (typeof PERMISSIONS)[number] | "unknown";

/** Whether a permission is enough. `unknown` never is. */
export function permits(given: Permission, needed: Permission): boolean {
  if (given === "unknown" || needed === "unknown") return false;
  return PERMISSIONS.indexOf(given) >= PERMISSIONS.indexOf(needed);
}

/** Who set a label, and the forge's id of that happening. `absent`: the label is not on it now. */
export type Labelling =
  | { readonly kind: "set"; readonly actor: Actor; readonly eventId: string; readonly at: Date }
  | { readonly kind: "absent" }
  | { readonly kind: "unsupported" };

/** A comment as it is now. */
export interface ThreadComment {
  readonly id: string;
  readonly author: Actor;
  readonly body: string;
  readonly createdAt: Date;
  /** When its text was changed last; absent where it never was, or where the forge does not tell. */
  readonly editedAt?: Date;
}

/** Name and password for git over http(s). Reaches git by askpass only. */
export interface GitCredentials {
  readonly username: string;
  readonly password: string;
}

/**
 * An open line to one configured server; the only way out. Each call has a deadline, is aborted with `signal`,
 * and is safe to repeat. What a forge lacks answers `unsupported`; faults throw a ForgehandError with its own verdict
 * on trying again. Addresses come from the configuration and from ids, never from a payload.
 */
export interface Forge {
  /** Its name in the config. */
  readonly name: string;
  readonly kind: string;

  /** The account that our writing appears under. */
  self(signal?: AbortSignal): Promise<Actor>;
  /**
   * Rights that our credentials lack for what Forgehand does, each in the forge's own words. Empty where none is
   * missing, and where the forge does not tell.
   */
  missingRights(signal?: AbortSignal): Promise<readonly string[]>;
  /** Show a status on a commit. `pending` again, or the same state again, is harmless. */
  setStatus(place: CommitPlace, status: Status, signal?: AbortSignal): Promise<"set" | "unsupported">;
  /**
   * Write our one comment: the one of `id`, else the one that has the marker *and* is by us, else a new one. The
   * marker is part of the body that is written.
   */
  upsertComment(
    repo: Repo,
    thread: Thread,
    comment: { id?: string; marker: string; body: string },
    signal?: AbortSignal,
  ): Promise<{ id: string }>;
  /** Add and remove labels, leaving all others alone. A label that is not there counts as removed. */
  changeLabels(
    repo: Repo,
    thread: Thread,
    change: { add: readonly string[]; remove: readonly string[] },
    signal?: AbortSignal,
  ): Promise<"set" | "unsupported">;
  /** Who set a label that is on it now: the latest time that it was set. */
  whoLabelled(repo: Repo, thread: Thread, label: string, signal?: AbortSignal): Promise<Labelling>;
  /**
   * What an account may do. One whose id is not the given one (a login used again) may do what everybody may: `none`,
   * or `read` what is public.
   */
  permission(repo: Repo, actor: Actor, signal?: AbortSignal): Promise<Permission>;
  /**
   * A pull request as it is now, with head and fork, and with branches where the forge tells them. `told`: what a
   * delivery said of it, for forges that cannot be asked for its branches.
   */
  pullRequest(repo: Repo, number: number, signal?: AbortSignal, told?: PullRequest): Promise<PullRequest>;
  /** The default branch as it is now. */
  defaultBranch(repo: Repo, signal?: AbortSignal): Promise<string>;
  /** Find the open pull request from our branch, else open one. */
  openPullRequest(
    repo: Repo,
    wanted: { branch: string; base: string; title: string; body: string; draft: boolean },
    signal?: AbortSignal,
  ): Promise<PullRequest | "unsupported">;
  /** The open pull request from a branch of the repository itself, if there is one. */
  findPullRequest(repo: Repo, branch: string, signal?: AbortSignal): Promise<PullRequest | undefined>;
  /** Text of a file at a ref; undefined where there is none. */
  readFile(repo: Repo, path: string, ref: string, signal?: AbortSignal): Promise<string | undefined>;
  /** Address that git clones from and pushes to, without credentials. */
  gitUrl(repo: Repo): string;
  /** The page that compares a branch with another, for a person to look at and to open a pull request from. */
  compareUrl(repo: Repo, base: string, branch: string): string;
  /** The ref that holds the head of a pull request in the target repository, forks included. */
  pullRequestRef(number: number): string;
  /**
   * Bring that ref up to date, where the forge does so only for who asks. Asked before each fetch of it; what the forge
   * refuses here, the fetch shows. Absent: the ref is always up to date.
   */
  refreshPullRequestRef?(repo: Repo, number: number, signal?: AbortSignal): Promise<void>;
  gitCredentials(repo: Repo, purpose: "clone" | "push", signal?: AbortSignal): Promise<GitCredentials>;
  /** An issue as it is now. Throws FORGE_NOT_FOUND. */
  issue(repo: Repo, number: number, signal?: AbortSignal): Promise<Issue | "unsupported">;
  /**
   * Comments of an issue or pull request, oldest first: at most the newest `limit` (200 at most). Those that only some
   * people may see are left out.
   */
  conversation(
    repo: Repo,
    thread: Thread,
    options: { limit: number },
    signal?: AbortSignal,
  ): Promise<readonly ThreadComment[]>;
  /**
   * Whether an account belongs to a team of people, by the forge's own name of it (docs/automations.md lists them).
   * What the forge would not say is `unknown` and does not count.
   */
  isMember(
    repo: Repo,
    team: string,
    actor: Actor,
    signal?: AbortSignal,
  ): Promise<"yes" | "no" | "unknown" | "unsupported">;
  /** Ask people to review a pull request, by their logins. Who was asked already stays asked. */
  requestReview(
    repo: Repo,
    number: number,
    logins: readonly string[],
    signal?: AbortSignal,
  ): Promise<"set" | "unsupported">;
  /** Names of the checks without which nothing may be merged into a branch. */
  requiredChecks(
    repo: Repo,
    branch: string,
    signal?: AbortSignal,
  ): Promise<readonly string[] | "unsupported">;
  /** How a closing reference to an issue is written in a pull request's description. */
  closingReference(number: number): string;

  /** The repository of a full name, as the forge has it now. Throws FORGE_NOT_FOUND. */
  repository(fullName: string, signal?: AbortSignal): Promise<Repo>;
  /**
   * All repositories that our credentials were let into by being installed there. Absent: they belong to an account, which
   * may see more than it is meant to work in.
   */
  installedRepositories?(signal?: AbortSignal): Promise<readonly Repo[]>;
  /** What is open there, for the poller. */
  readonly listings: Listings;
  /** The webhooks that tell us of it. */
  readonly webhooks: Webhooks;
}

/** Whether and how often a forge is asked what no webhook told of. */
export type Polling =
  | false
  | {
      /** Milliseconds between two looks at a repository; worked out where the owner does not say. */
      readonly interval?: number | undefined;
      readonly requestsPerHour?: number | undefined;
    };

/** What all kinds of forge settings have in common. */
export interface ForgeSettings {
  readonly kind: string;
  /** Several may be valid at once, for rotation; an empty one is refused by the schema. None: no webhook is received. */
  readonly webhookSecret: readonly string[];
  /** Full names of repositories to work in, for the poller. */
  readonly repositories?: readonly string[] | undefined;
  readonly polling?: Polling | undefined;
}

/** What an adapter is given to open a line. */
export interface ForgeTools {
  readonly log: Log;
  /** Product name and version, for the User-Agent header. */
  readonly userAgent: string;
  /** Milliseconds that a call may take; 10,000 if not set, and more where a forge is known to answer late. */
  readonly deadline?: number;
}

/** An open line with the door that deliveries of this forge come in by, where it has one of its own. */
export interface OpenForge {
  readonly forge: Forge;
  /**
   * Carries a proven, readable delivery to `record` by the forge's own app framework. Resolves when `record` has;
   * throws what `record` threw. Absent: `record` is called at once.
   */
  readonly door?: (
    delivery: Delivery,
    reading: Reading,
    record: (delivery: Delivery, reading: Reading) => Promise<Recorded>,
  ) => Promise<Recorded>;
  close(): Promise<void>;
}

/**
 * What a kind of forge may lack. What it is for is then done by other means, or asked for in another way. `head refs`:
 * refs of the target repository that hold the heads of pull requests, without which the code of a fork cannot be fetched.
 * `webhook tests`: that it can be asked to try a webhook. `lost deliveries`: a list of those that it could not bring.
 * `changed labels`: that its webhooks tell which label was set or taken off, not only that some were.
 * `assignments`, `reviews`, `checks`: that its webhooks tell of them. `teams`: that it tells who belongs to one.
 */
export const ABILITIES = [
  "issues",
  "labels",
  "changed labels",
  "labeller of an issue",
  "labeller of a pull request",
  "statuses",
  "pull requests",
  "head refs",
  "lists of issues",
  "lists of pull requests",
  "webhook tests",
  "lost deliveries",
  "assignments",
  "reviews",
  "checks",
  "teams",
  "reviewers",
  "required checks",
] as const;
export type Ability = (typeof ABILITIES)[number];

/**
 * The code that speaks one kind of forge. `verify` and `normalise` are pure: no network, no clock, no logger. Only
 * what `open` returns talks to a network.
 */
export interface ForgeAdapter<Settings extends ForgeSettings = ForgeSettings> {
  /** Its word in the config, such as `github`; equals the name of its folder. */
  readonly kind: string;
  /** Other words that mean the same kind, such as `forgejo`. */
  readonly aliases: readonly string[];
  /** What this kind of forge does not have; the methods of its client answer `unsupported` there. */
  readonly lacks: readonly Ability[];
  /** The kind's own slice of the config. */
  readonly settings: ZodType<Settings>;
  /**
   * Requests in an hour that the poller may make of one such forge if its owner says nothing: well below the forge's own
   * limit, since the limit is there for all that we do.
   */
  readonly pollBudget: number;
  /** Content types that its webhooks have, without parameters. Others are answered 415. */
  readonly contentTypes: readonly string[];
  /** Paths that people's forges send to already, beside `/webhooks/:forge`. */
  readonly paths: readonly string[];
  /** Lower-case names of headers that hold a secret: never kept, never logged. */
  readonly secretHeaders: readonly string[];
  /** Settings taken from the environment alone; undefined where none of its variables is set. */
  fromEnvironment(
    environment: Readonly<Record<string, string | undefined>>,
  ): Record<string, unknown> | undefined;
  /**
   * The webhook secret of this kind among the files of a mounted folder, by their names (those of Rancher Fleet, see
   * `config/secrets-folder.ts`); undefined where there is none.
   */
  secretIn?(files: Readonly<Record<string, string>>): string | undefined;
  /**
   * Whether a request is of this kind, for the address that serves all forges. Asked before anybody has proven who
   * sent it: a look at the headers comes first, the body is read only where they leave it open.
   */
  recognises(request: WebhookRequest): boolean;
  /** The forge's own word for the event and its id of the delivery, as far as headers and body tell. */
  identify(request: WebhookRequest): { event: string; id: string | undefined };
  /**
   * Whether a request only tries the connection: the forge sends it without a proof, whatever secret its webhook has.
   * It is answered 200 before anybody looks at it, and nothing comes of it. Absent: the forge sends no such thing.
   */
  isPing?(request: WebhookRequest): boolean;
  /** Prove the sender over the raw bytes, in constant time, against any of the secrets. Empty secrets match nothing. */
  verify(request: WebhookRequest, secrets: readonly string[], now: Date): Sender;
  /** The body without secrets that the forge itself wrote into it, to be kept instead; undefined where it has none. */
  withoutSecret?(request: WebhookRequest): Uint8Array | undefined;
  /** Read a delivery. Never throws: what cannot be read is `unreadable`. */
  normalise(delivery: Pick<Delivery, "event" | "headers" | "body">): Reading;
  open(name: string, settings: Settings, tools: ForgeTools): Promise<OpenForge>;
  /** Pages that make the forge's own app registration for a person, where the forge has such a flow. */
  readonly setUp?: ForgeSetUp;
}

/** A registration that a person starts on a page of ours and the forge ends by sending them back with a code. */
export interface ForgeSetUp {
  /** Path of the first page; the forge sends the person back to this path and `/setup`. */
  readonly path: string;
  /** HTML of the first page. `state` must come back unchanged. */
  page(options: { baseUrl: string; webhookUrl: string; state: string }): string;
  /** Exchange what the forge sent back for credentials: environment variables to keep, and where to go next. */
  complete(
    query: Readonly<Record<string, string>>,
    tools: ForgeTools,
  ): Promise<{ environment: Readonly<Record<string, string>>; next: string }>;
}
