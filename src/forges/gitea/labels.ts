import type { Repo } from "../../core/event.ts";
import { sameLabel } from "../../core/event.ts";
import type { Forge, Labelling } from "../../core/forge.ts";
import { isGone, isRefusal, unlessGone } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import type { Label } from "./replies.ts";
import { Label as LabelReply, LabelledIssue, Labels, Nothing, Timeline } from "./replies.ts";
import { actorOf } from "./translate.ts";

/** The colour of labels that we make. */
const GREY = "#ededed";

/** Labels of issues and pull requests. The API knows them by id, and names are looked up. */
export function labels(line: Line) {
  async function labelsOn(repo: Repo, number: number, signal?: AbortSignal): Promise<readonly Label[]> {
    const issue = await line.ask(repo, { path: `/issues/${number}`, reply: LabelledIssue, signal });
    return issue.labels ?? [];
  }

  /** The id of a label: of the repository's own, else of its organization's, else of a new one. */
  async function idOf(repo: Repo, name: string, signal?: AbortSignal): Promise<number> {
    const call = { path: "/labels", reply: Labels, signal };
    const known =
      (await findIn(line.pages(repo, call), name)) ?? (await findInOrganization(repo, name, signal));
    if (known !== undefined) return known;
    const body = { name, color: GREY };
    const made = await line.ask(repo, { method: "POST", path: "/labels", body, reply: LabelReply, signal });
    return made.id;
  }

  /** An owner who is a person has none, and a token without `read:organization` is not told of any. */
  async function findInOrganization({ fullName }: Repo, name: string, signal?: AbortSignal) {
    const [owner = ""] = fullName.split("/");
    const path = `/orgs/${encodeURIComponent(owner)}/labels`;
    try {
      return await findIn(line.serverPages({ path, reply: Labels, signal }), name);
    } catch (error) {
      if (isGone(error) || isRefusal(error)) return undefined;
      throw error;
    }
  }

  return {
    /** A label that is there is not set again, and one that is not there not taken off: each would be told to everybody. */
    async changeLabels(repo, { number }, { add, remove }, signal) {
      const there = await labelsOn(repo, number, signal);
      const isOn = (name: string) => there.some((one) => sameLabel(one.name, name));
      const ids: number[] = [];
      for (const name of add) if (!isOn(name)) ids.push(await idOf(repo, name, signal));
      const path = `/issues/${number}/labels`;
      if (ids.length > 0) {
        await line.ask(repo, { method: "POST", path, body: { labels: ids }, reply: Labels, signal });
      }
      for (const { id, name } of there) {
        if (!remove.some((one) => sameLabel(one, name))) continue;
        await unlessGone(line.ask(repo, { method: "DELETE", path: `${path}/${id}`, reply: Nothing, signal }));
      }
      return "set" as const;
    },

    /** Deliveries name no label and may list wrong ones: only what the server says now counts. */
    async whoLabelled(repo, { number }, label, signal) {
      const there = await labelsOn(repo, number, signal);
      if (!there.some(({ name }) => sameLabel(name, label))) return { kind: "absent" };
      return (await latestLabelling(line, repo, number, label, signal)) ?? { kind: "unsupported" };
    },
  } satisfies Partial<Forge>;
}

async function findIn(pages: AsyncIterable<readonly Label[]>, name: string): Promise<number | undefined> {
  for await (const page of pages) {
    const hit = page.find((one) => sameLabel(one.name, name));
    if (hit !== undefined) return hit.id;
  }
  return undefined;
}

/**
 * The latest time that a label was set; undefined where nobody can tell, as on old servers, which have no timeline.
 * Accounts that are gone, and those of the server itself, have ids below 1 and count for nobody.
 */
async function latestLabelling(
  line: Line,
  repo: Repo,
  number: number,
  label: string,
  signal?: AbortSignal,
): Promise<Labelling | undefined> {
  let latest: Labelling | undefined;
  try {
    for await (const entries of line.pages(repo, {
      path: `/issues/${number}/timeline`,
      reply: Timeline,
      signal,
    })) {
      for (const { id, type, body, created_at: at, user, label: changed } of entries) {
        if (type !== "label" || !sameLabel(changed?.name ?? "", label)) continue;
        const isSet = body === "1" && user && user.id > 0;
        latest = isSet
          ? { kind: "set", actor: actorOf(user), eventId: String(id), at: new Date(at) }
          : undefined;
      }
    }
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  return latest;
}
