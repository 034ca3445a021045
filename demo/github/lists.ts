import type { Thread } from "../stand-in/state.ts";

/** The threads that a list shows, by `state`, `since`, `sort` and `direction` of its query: newest first, open ones alone. */
export function listed(threads: readonly Thread[], { searchParams }: URL): Thread[] {
  const state = searchParams.get("state") ?? "open";
  const since = Date.parse(searchParams.get("since") ?? "1970-01-01");
  const time = (thread: Thread) => timeOf(thread, searchParams.get("sort") === "updated");
  const found = threads.filter(
    (thread) => (state === "all" || thread.state === state) && Date.parse(thread.updatedAt) >= since,
  );
  found.sort((one, other) => time(other) - time(one) || other.number - one.number);
  return searchParams.get("direction") === "asc" ? found.reverse() : found;
}

function timeOf({ createdAt, updatedAt }: Thread, updated: boolean): number {
  return Date.parse(updated ? updatedAt : createdAt);
}
