import type { CheckState, ReviewState } from "../../src/core/event.ts";
import { PERMISSIONS } from "../../src/core/forge.ts";
import type { StandingHook } from "./hooks.ts";

/** A person or a machine account. `bot`: an account that belongs to a program, where the forge tells them apart. */
export interface Account {
  readonly id: number;
  readonly login: string;
  readonly bot?: boolean;
}

/** What an account may do in a repository, least first. Stand-ins say it in their forge's own words. */
export const ROLES = PERMISSIONS;
export type Role = (typeof ROLES)[number];

export interface Comment {
  readonly id: number;
  readonly author: Account;
  readonly createdAt: string;
  /** Every text that it had, the newest last. */
  readonly bodies: string[];
  /** When it got the newest of several. */
  editedAt?: string;
  /** True where only some people may see it. */
  readonly internal?: boolean;
}

/** What somebody said of a pull request as a whole. */
export interface Review {
  readonly id: number;
  readonly author: Account;
  readonly createdAt: string;
  readonly state: ReviewState;
  readonly body: string;
}

/** What something else than Forgehand found out about a commit. */
export interface Check {
  readonly id: number;
  readonly sha: string;
  readonly name: string;
  readonly state: CheckState;
  readonly createdAt: string;
}

/** People who belong together, by the last part of the forge's own name of them. */
export interface Team {
  readonly id: number;
  readonly name: string;
  readonly members: readonly Account[];
}

/** A label that was set or taken off. */
export interface LabelEvent {
  readonly id: number;
  readonly event: "labeled" | "unlabeled";
  readonly label: string;
  readonly actor: Account;
  readonly createdAt: string;
}

/** What makes a thread a pull request. */
export interface Pull {
  readonly head: { readonly repository: Repository; readonly branch: string };
  readonly base: string;
  readonly draft: boolean;
}

/** An issue or a pull request. */
export interface Thread {
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  readonly title: string;
  body: string;
  readonly author: Account;
  readonly createdAt: string;
  /** When something was last done on it. */
  updatedAt: string;
  readonly labels: string[];
  readonly events: LabelEvent[];
  readonly comments: Comment[];
  /** Who is to do it. */
  readonly assignees: Account[];
  /** Who was asked to review it. */
  readonly reviewers: Account[];
  /** Oldest first. */
  readonly reviews: Review[];
  readonly pull?: Pull;
  state: "open" | "closed";
}

/** A status as it was set at one time, in the forge's own words. */
export interface Status {
  readonly id: number;
  readonly sha: string;
  readonly state: string;
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: Account;
  readonly createdAt: string;
}

/** A repository; its commits and branches are in the bare repository `<root>/<full name>.git`. */
export interface Repository {
  readonly id: number;
  readonly fullName: string;
  readonly defaultBranch: string;
  /** By login. Accounts that are not in here may read, as in every public repository. */
  readonly roles: Map<string, Role>;
  /** Names of labels as they were first written, by their lower case. */
  readonly labels: Map<string, string>;
  readonly threads: Thread[];
  /** All that were ever shown, oldest first. */
  readonly statuses: Status[];
  /** Those of others, oldest first. */
  readonly checks: Check[];
  /** Names of the checks without which nothing may be merged, by branch. */
  readonly requiredChecks: Map<string, readonly string[]>;
}

/** A repository as it is when a stand-in opens. */
export interface NewRepository {
  readonly id: number;
  readonly fullName: string;
  readonly defaultBranch: string;
  readonly roles?: Readonly<Record<string, Role>>;
}

/** Something that a forge tells webhooks of, or that a storyteller wants to see. */
export type Happening = { readonly repository: Repository; readonly actor: Account } & (
  | {
      readonly kind: "labels";
      readonly thread: Thread;
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  | { readonly kind: "commented"; readonly thread: Thread; readonly comment: Comment }
  | { readonly kind: "opened" | "edited"; readonly thread: Thread }
  | { readonly kind: "assigned" | "unassigned"; readonly thread: Thread; readonly assignee: Account }
  | { readonly kind: "reviewed"; readonly thread: Thread; readonly review: Review }
  | { readonly kind: "checked"; readonly check: Check }
  | { readonly kind: "updated"; readonly thread: Thread; readonly before: string; readonly after: string }
  | { readonly kind: "pushed"; readonly branch: string; readonly before: string; readonly after: string }
);

/** Where forges differ in what they keep. */
export interface Ways {
  /** Whether issues and pull requests are numbered in one row, or each kind for itself. */
  readonly numbering: "together" | "apart";
  /** The ref that shows the head of a pull request in its target repository; absent where the forge has none. */
  headRef?(number: number): string;
  /** True where that ref is brought up to date only when somebody asks the API for it. */
  readonly lazyHeads?: boolean;
}

/** What every stand-in knows. */
export interface State {
  /** Folder of the bare repositories. */
  readonly root: string;
  readonly ways: Ways;
  readonly accounts: Account[];
  readonly repositories: Repository[];
  readonly teams: Team[];
  readonly listeners: Set<(happening: Happening) => void>;
  /** Webhooks that were made there, oldest first. */
  readonly hooks: StandingHook[];
  /** Base of its own addresses. */
  url: string;
  lastId: number;
}

export function newState(options: {
  root: string;
  ways: Ways;
  accounts: readonly Account[];
  repositories: readonly NewRepository[];
}): State {
  return {
    root: options.root,
    ways: options.ways,
    accounts: [...options.accounts],
    repositories: options.repositories.map(({ roles, ...repository }) => ({
      ...repository,
      roles: new Map(Object.entries(roles ?? {})),
      labels: new Map(),
      threads: [],
      statuses: [],
      checks: [],
      requiredChecks: new Map(),
    })),
    teams: [],
    listeners: new Set(),
    hooks: [],
    url: "",
    lastId: 1_000,
  };
}

/** A number that nothing else has. */
export function nextId(state: State): number {
  state.lastId += 1;
  return state.lastId;
}

/** The repository of this name. Throws where there is none: a stand-in makes none. */
export function repositoryNamed({ repositories }: State, fullName: string): Repository {
  const found = repositories.find((one) => one.fullName === fullName);
  if (found === undefined) throw new Error(`the stand-in has no repository ${fullName}`);
  return found;
}

/** The role of an account in a repository. */
export function roleOf({ roles }: Repository, login: string): Role {
  return roles.get(login) ?? "read";
}
