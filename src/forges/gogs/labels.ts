import { z } from "zod";

import type { Repo } from "../../core/event.ts";
import { sameLabel } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { unlessGone } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { Labelled, LabelReply, Labels } from "./replies.ts";

/** The colour of labels that we make. */
const GREY = "#ededed";

/** Labels of issues and pull requests. The API wants their ids, and names are looked up. */
export function labels(line: Line) {
  async function labelsOn(repo: Repo, number: number, signal?: AbortSignal) {
    const issue = await line.ask(repo, { path: `/issues/${number}`, reply: Labelled, signal });
    return issue.labels ?? [];
  }

  /** The ids of labels; those that the repository does not know are made. */
  async function idsOf(repo: Repo, names: readonly string[], signal?: AbortSignal): Promise<number[]> {
    if (names.length === 0) return [];
    const known = await line.ask(repo, { path: "/labels", reply: Labels, signal });
    const ids: number[] = [];
    for (const name of names) {
      const found = known.find((one) => sameLabel(one.name, name));
      ids.push(found?.id ?? (await create(repo, name, signal)));
    }
    return ids;
  }

  async function create(repo: Repo, name: string, signal?: AbortSignal): Promise<number> {
    const body = { name, color: GREY };
    const made = await line.ask(repo, { method: "POST", path: "/labels", body, reply: LabelReply, signal });
    return made.id;
  }

  return {
    /** A label that is on it is not set again: that would be told to everybody. What the API answers is not to be relied on. */
    async changeLabels(repo, { number }, { add, remove }, signal) {
      const there = await labelsOn(repo, number, signal);
      const missing = add.filter((name) => !there.some((one) => sameLabel(one.name, name)));
      const ids = await idsOf(repo, missing, signal);
      const path = `/issues/${number}/labels`;
      if (ids.length > 0) {
        await line.ask(repo, { method: "POST", path, body: { labels: ids }, reply: z.unknown(), signal });
      }
      for (const { id, name } of there) {
        if (!remove.some((one) => sameLabel(one, name))) continue;
        const removal = { method: "DELETE", path: `${path}/${id}`, reply: z.unknown(), signal } as const;
        await unlessGone(line.ask(repo, removal));
      }
      return "set" as const;
    },

    /** Gogs tells whether a label is on it, and nobody who set it. */
    async whoLabelled(repo, { number }, label, signal) {
      const there = await labelsOn(repo, number, signal);
      return { kind: there.some(({ name }) => sameLabel(name, label)) ? "unsupported" : "absent" };
    },
  } satisfies Partial<Forge>;
}
