import type { Thread } from "../stand-in/state.ts";
import { invalid } from "./answer.ts";
import { fieldsOf } from "./shapes.ts";

/** The one query of work items that is understood here, in its two forms: all that are open, or what was changed. */
const QUERY =
  /^SELECT \[System\.Id\] FROM WorkItems WHERE \[System\.TeamProject\] = @project AND \[System\.State\] NOT IN \((?<states>[^)]+)\)(?: AND \(\[System\.ChangedDate\] > '(?<since>[^']+)' OR \(\[System\.ChangedDate\] >= '(?<from>[^']+)' AND \[System\.Id\] NOT IN \((?<known>[\d, ]+)\)\)\))? ORDER BY \[System\.ChangedDate\] (?<order>ASC|DESC)$/;

/** The work items that a query of ours finds, in its order. `precise`: times are not cut to days. */
export function itemsThatFit(
  items: readonly Thread[],
  query: string,
  { precise }: { precise: boolean },
): readonly Thread[] {
  const parts = QUERY.exec(query)?.groups;
  if (parts === undefined) throw invalid(`the query is not understood: ${query}`);
  const { states = "", since, from, known = "", order } = parts;
  const timeOf = (time: string) => Date.parse(precise ? time : time.slice(0, 10));
  const closed = quoted(states);
  const seen = known.split(", ").map(Number);
  const found = items.filter((item) => {
    if (closed.includes(fieldsOf(item)["System.State"].toLowerCase())) return false;
    if (since === undefined || from === undefined) return true;
    const at = timeOf(item.updatedAt);
    return at > timeOf(since) || (at >= timeOf(from) && !seen.includes(item.number));
  });
  const sign = order === "ASC" ? 1 : -1;
  return found.toSorted((one, other) => sign * (Date.parse(one.updatedAt) - Date.parse(other.updatedAt)));
}

function quoted(list: string): string[] {
  return [...list.matchAll(/'([^']*)'/g)].map(([, text = ""]) => text.toLowerCase());
}
