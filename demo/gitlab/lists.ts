import type { Thread } from "../stand-in/state.ts";

/** The threads that a list shows, by `state`, `updated_after`, `order_by` and `sort` of its query; newest first if not said. */
export function listed(threads: readonly Thread[], { searchParams }: URL): Thread[] {
  const state = searchParams.get("state") ?? "all";
  const after = Date.parse(searchParams.get("updated_after") ?? "1970-01-01");
  const time = ({ createdAt, updatedAt }: Thread) =>
    Date.parse(searchParams.get("order_by") === "updated_at" ? updatedAt : createdAt);
  const found = threads.filter(
    (thread) =>
      (state === "all" || (state === "opened") === (thread.state === "open")) &&
      Date.parse(thread.updatedAt) >= after,
  );
  found.sort((one, other) => time(other) - time(one) || other.number - one.number);
  return searchParams.get("sort") === "asc" ? found.reverse() : found;
}
