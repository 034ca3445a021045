import type { Account, Repository, State, Thread } from "../stand-in/state.ts";

/** Whose API token it is. It is shown with the e-mail of its account. */
export interface Token {
  readonly email: string;
  readonly account: Account;
}

/** All that a stand-in for Bitbucket Cloud knows. */
export interface BitbucketState extends State {
  /** By token. */
  readonly tokens: ReadonlyMap<string, Token>;
  /** The heads that pull requests were last seen at, by the id of their threads: a new one is a change of theirs. */
  readonly heads: Map<number, string>;
}

/** The two rows in which Bitbucket counts: there is an issue 1 and a pull request 1. */
export type Row = "issues" | "pullrequests";

export function rowOf({ pull }: Pick<Thread, "pull">): Row {
  return pull === undefined ? "issues" : "pullrequests";
}

/** The UUID of an account or a repository, in braces as Bitbucket writes it everywhere. */
export function uuidOf({ id }: Pick<Account | Repository, "id">): string {
  return `{b17b0c4e-0000-4000-8000-${id.toString(16).padStart(12, "0")}}`;
}

/** Workspace and slug of a full name. */
export function partsOf({ fullName }: Pick<Repository, "fullName">): { workspace: string; slug: string } {
  const [workspace = "", slug = ""] = fullName.split("/");
  return { workspace, slug };
}
