import type { Account, Repository, State, Thread } from "../stand-in/state.ts";

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

/** All that a stand-in for GitHub knows. */
export interface GitHubState extends State {
  readonly app: App | undefined;
  /** Who holds which token; access tokens of the App are added when they are made. */
  readonly tokens: Map<string, Caller>;
}

/** The issue or pull request of a number: GitHub numbers both in one row. */
export function findThread(repository: Repository, number: number): Thread | undefined {
  return repository.threads.find((thread) => thread.number === number);
}

/** The account that an App writes as. */
export function botOf(state: GitHubState): Account | undefined {
  return state.accounts.find(({ login }) => state.app !== undefined && login === `${state.app.slug}[bot]`);
}
