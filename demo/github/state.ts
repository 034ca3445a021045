/** A person or a machine account. An App writes as a `Bot` of its own. */
export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Bot";
}

export const ROLES = ["none", "read", "triage", "write", "maintain", "admin"] as const;
export type Role = (typeof ROLES)[number];

export interface Comment {
  readonly id: number;
  readonly author: Account;
  readonly createdAt: string;
  /** Every text that it had, the newest last. */
  readonly bodies: string[];
}

/** A label that was set or taken off, as `GET …/events` tells it. */
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

/** An issue or a pull request: GitHub numbers both in one row. */
export interface Thread {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: Account;
  readonly createdAt: string;
  readonly labels: string[];
  readonly events: LabelEvent[];
  readonly comments: Comment[];
  readonly pull?: Pull;
}

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
  /** All that were ever set, oldest first. */
  readonly statuses: Status[];
}

/** What an App may do at most, as its `app.yml` says: `write` by `statuses`. */
export type Grants = Readonly<Record<string, string>>;

/** The App that is installed in every repository. */
export interface App {
  readonly id: number;
  readonly slug: string;
  /** Public half of its key, PEM. */
  readonly publicKey: string;
  readonly installation: number;
  readonly grants: Grants;
}

/** Who asks, as the token tells. */
export type Caller =
  | { readonly kind: "user"; readonly account: Account }
  | { readonly kind: "installation"; readonly account: Account; readonly grants: Grants }
  | { readonly kind: "app" };

/** Something that GitHub would tell webhooks of, or that a storyteller wants to see. */
export type Happening = { readonly repository: Repository; readonly actor: Account } & (
  | { readonly kind: "labeled" | "unlabeled"; readonly thread: Thread; readonly label: string }
  | { readonly kind: "commented"; readonly thread: Thread; readonly comment: Comment }
  | { readonly kind: "opened"; readonly thread: Thread }
);

/** All that a stand-in for GitHub knows. */
export interface State {
  /** Folder of the bare repositories. */
  readonly root: string;
  readonly accounts: Account[];
  readonly repositories: Repository[];
  readonly app: App | undefined;
  /** Who holds which token; access tokens of the App are added when they are made. */
  readonly tokens: Map<string, Caller>;
  readonly listeners: Set<(happening: Happening) => void>;
  /** Base of its own addresses. */
  url: string;
  lastId: number;
}

/** A number that nothing else has. */
export function nextId(state: State): number {
  state.lastId += 1;
  return state.lastId;
}

export function findThread(repository: Repository, number: number): Thread | undefined {
  return repository.threads.find((thread) => thread.number === number);
}

/** The account that an App writes as. */
export function botOf(state: State): Account | undefined {
  return state.accounts.find(({ login }) => state.app !== undefined && login === `${state.app.slug}[bot]`);
}
