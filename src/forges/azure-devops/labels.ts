import { z } from "zod";

import { ForgehandError } from "../../core/errors.ts";
import type { Repo } from "../../core/event.ts";
import type { Forge, Labelling } from "../../core/forge.ts";
import { AnswerError, unlessGone } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { at, pullRequestPath, workItemPath } from "./place.ts";
import type { PullRequestLabels } from "./replies.ts";
import { Anything, Labels, Updates, WorkItem } from "./replies.ts";
import { fieldOf, has, missingIn, SEPARATORS, tagsIn } from "./tags.ts";
import { actorOf, labelsOf } from "./translate.ts";

type Change = Parameters<Forge["changeLabels"]>[2];

const TAGS = "System.Tags";
const PATCH = "application/json-patch+json";
/** How often a change is made anew because somebody saved the work item in between. */
const TRIES = 4;
const CHANGED_MEANWHILE: ReadonlySet<number> = new Set([409, 412]);
/** The most updates that a page hands out. */
const PAGE_SIZE = 200;

/** Labels: the tags of a work item, which are one field, and the labels of a pull request. */
export function labels(line: Line) {
  const item = (repo: Repo, number: number, signal?: AbortSignal) =>
    line.ask({ path: workItemPath(repo, number), query: { fields: TAGS }, reply: WorkItem, signal });

  async function changeTags(repo: Repo, number: number, change: Change, signal?: AbortSignal): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const { rev, fields } = await item(repo, number, signal);
      const before = tagsIn(fields?.[TAGS]);
      const kept = before.filter((tag) => !has(change.remove, tag));
      const after = [...kept, ...missingIn(kept, change.add)];
      if (fieldOf(after) === fieldOf(before)) return;
      const op = before.length === 0 ? "add" : "replace";
      const body = [
        { op: "test", path: "/rev", value: rev },
        { op, path: `/fields/${TAGS}`, value: fieldOf(after) },
      ];
      try {
        const path = workItemPath(repo, number);
        await line.ask({ method: "PATCH", path, body, type: PATCH, reply: Anything, signal });
        return;
      } catch (error) {
        const isRace = error instanceof AnswerError && CHANGED_MEANWHILE.has(error.status);
        if (!isRace || tries === TRIES) throw error;
      }
    }
  }

  async function changeLabels(repo: Repo, number: number, { add, remove }: Change, signal?: AbortSignal) {
    const path = labelsPath(repo, number);
    for (const name of add) await line.ask({ method: "POST", path, body: { name }, reply: Anything, signal });
    for (const name of remove) {
      const one = `${path}${at`/${name}`}`;
      await unlessGone(line.ask({ method: "DELETE", path: one, reply: z.unknown(), signal }));
    }
  }

  /** The latest time that a tag was set, in the list of all updates, oldest first. */
  async function latest(repo: Repo, number: number, tag: string, signal?: AbortSignal) {
    const path = `${workItemPath(repo, number)}/updates`;
    let found: Labelling | undefined;
    for (let skip = 0; ; skip += PAGE_SIZE) {
      const query = { $top: String(PAGE_SIZE), $skip: String(skip) };
      const { value } = await line.ask({ path, query, reply: Updates, signal });
      for (const { id, revisedBy, revisedDate, fields } of value) {
        const change = fields?.[TAGS];
        if (!change) continue;
        const [before, after] = [has(tagsIn(change.oldValue), tag), has(tagsIn(change.newValue), tag)];
        if (before === after) continue;
        const at = new Date(fields["System.ChangedDate"]?.newValue ?? revisedDate ?? 0);
        found =
          after && revisedBy
            ? { kind: "set", actor: actorOf(revisedBy), eventId: String(id), at }
            : undefined;
      }
      if (value.length < PAGE_SIZE) return found;
    }
  }

  return {
    async changeLabels(repo, { kind, number }, change, signal) {
      const impossible = change.add.find((name) => SEPARATORS.test(name));
      if (impossible !== undefined) throw withSeparator(impossible);
      if (change.add.length + change.remove.length === 0) return "set";
      await (kind === "issue" ? changeTags : changeLabels)(repo, number, change, signal);
      return "set";
    },

    /** Of a pull request's labels nothing tells who set them. */
    async whoLabelled(repo, { kind, number }, label, signal) {
      if (kind === "pull_request") {
        const there = labelsOf(await labelsOn(line, repo, number, signal));
        return { kind: has(there, label) ? "unsupported" : "absent" };
      }
      const { fields } = await item(repo, number, signal);
      if (!has(tagsIn(fields?.[TAGS]), label)) return { kind: "absent" };
      return (await latest(repo, number, label, signal)) ?? { kind: "unsupported" };
    },
  } satisfies Partial<Forge>;
}

function labelsPath(repo: Repo, number: number): string {
  return `${pullRequestPath(repo, number)}/labels`;
}

/** The labels of a pull request, as the API has them. */
export async function labelsOn(
  line: Line,
  repo: Repo,
  number: number,
  signal?: AbortSignal,
): Promise<PullRequestLabels> {
  return (await line.ask({ path: labelsPath(repo, number), reply: Labels, signal })).value;
}

function withSeparator(name: string): ForgehandError {
  const message =
    `The label "${name}" has a comma or a semicolon, which Azure DevOps takes for the end of a tag: ` +
    "choose a name without one in the automation.";
  return new ForgehandError("FORGE_REFUSED", message);
}
