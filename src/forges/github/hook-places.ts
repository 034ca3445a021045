import type { HookPlace } from "../../core/webhooks.ts";
import type { Call, Line } from "./line.ts";

/** Asks about the webhooks of one place. */
export interface HookLine {
  /** Where they are, as routes begin. */
  readonly path: string;
  readonly ask: <T>(call: Call<T>) => Promise<T>;
  readonly pages: <T>(call: Call<T>) => AsyncIterable<T>;
}

export type HookLineAt = (place: HookPlace) => HookLine;

export function ofRepository(line: Line): HookLineAt {
  return ({ name: fullName }) => {
    const repo = { id: "", fullName };
    return {
      path: "/repos/{owner}/{repo}/hooks",
      ask: (call) => line.ask(repo, call),
      pages: (call) => line.pages(repo, call),
    };
  };
}

export function ofOrganization(line: Line): HookLineAt {
  return ({ name: org }) => {
    const there = <T>(call: Call<T>) => ({ ...call, parameters: { ...call.parameters, org } });
    return {
      path: "/orgs/{org}/hooks",
      ask: (call) => line.askSelf(there(call)),
      pages: (call) => line.pagesOfSelf(there(call)),
    };
  };
}
