import type { Account, Comment, State } from "../stand-in/state.ts";

/** All that a stand-in for Bitbucket Data Center knows. */
export interface BitbucketState extends State {
  /** Whose HTTP access token it is, by token. */
  readonly tokens: ReadonlyMap<string, Account>;
}

/** What an edit of a comment must name: how often it was edited so far. */
export function versionOf({ bodies }: Comment): number {
  return bodies.length - 1;
}
