import type { Account, Repository, State, Thread } from "../stand-in/state.ts";

/** Whose server it is: Forgejo sends headers of its own beside those of Gitea, and never the heads of an update. */
export type Product = "gitea" | "forgejo";

/** All that a stand-in for Gitea or Forgejo knows. */
export interface GiteaState extends State {
  product: Product;
  /** Whose access token it is, by token. */
  readonly tokens: ReadonlyMap<string, Account>;
  /** Logins of those who own an organization, by its name. */
  readonly organizations: ReadonlyMap<string, readonly string[]>;
  /** Logins of those who administer the server. */
  readonly administrators: ReadonlySet<string>;
}

/** The issue or pull request of a number: both are counted in one row. */
export function findThread({ threads }: Repository, number: number): Thread | undefined {
  return threads.find((thread) => thread.number === number);
}

/** Issues and pull requests of the state that is asked for, the newest first. */
export function threadsOf({ threads }: Repository, url: URL): Thread[] {
  const wanted = url.searchParams.get("state") ?? "open";
  return threads.filter(({ state }) => wanted === "all" || state === wanted).reverse();
}

/** The id of a label: the API knows labels by nothing else. */
export function labelId({ labels }: Repository, name: string): number {
  return [...labels.keys()].indexOf(name.toLowerCase()) + 1;
}

/** The name of the label of an id. */
export function labelOf({ labels }: Repository, id: number): string | undefined {
  return [...labels.values()][id - 1];
}
