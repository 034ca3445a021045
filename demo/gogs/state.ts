import type { Account, Repository, State, Thread } from "../stand-in/state.ts";

/** All that a stand-in for Gogs knows. */
export interface GogsState extends State {
  /** Whose token is which. A token can do all that its account can. */
  readonly tokens: ReadonlyMap<string, Account>;
}

/** The issue or pull request of a number: Gogs numbers both in one row. */
export function findThread({ threads }: Repository, number: number): Thread | undefined {
  return threads.find((thread) => thread.number === number);
}

/** Names of a repository's labels, in the order of their ids, which begin with 1. */
export function labelNames({ labels }: Repository): string[] {
  return [...labels.values()];
}

/** The owner of a repository: always a person here. */
export function ownerOf({ accounts }: State, { fullName }: Repository): Account {
  const login = fullName.split("/")[0] ?? "";
  const owner = accounts.find((account) => account.login === login);
  if (owner === undefined) throw new Error(`the stand-in has no account ${login}`);
  return owner;
}
