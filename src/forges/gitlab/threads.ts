import { IssueNotes, Issues, MergeRequestNotes, MergeRequests } from "@gitbeaker/rest";
import { z } from "zod";

import { ForgehandError } from "../../core/errors.ts";
import type { Repo, Thread } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { upsert } from "../shared/comments.ts";
import { fitBody } from "../shared/fit.ts";
import type { Line } from "./line.ts";
import { Note, Notes } from "./replies.ts";
import type { ResourceOptions } from "./requester.ts";

/** Characters of a note, above which GitLab answers 400. Source: GitLab docs, "Notes API". */
const BODY_LIMIT = 1_000_000;

/** What we write on issues and merge requests: notes and labels. GitLab counts the two apart. */
export function threads(line: Line, self: Forge["self"]) {
  return {
    async upsertComment(repo, thread, { id, marker, body }, signal) {
      const text = fitBody(body, BODY_LIMIT, marker);
      return upsert(id, {
        edit: (one) =>
          line.ask(z.unknown(), signal, (api) =>
            notesOf(thread, api).edit(repo.id, thread.number, Number(one), { body: text }),
          ),
        find: async () => findNote(line, repo, thread, marker, (await self(signal)).id, signal),
        async create() {
          const created = await line.ask(Note, signal, (api) =>
            notesOf(thread, api).create(repo.id, thread.number, text),
          );
          return String(created.id);
        },
      });
    },

    /** One call for all. Labels that GitLab does not know are made. */
    async changeLabels(repo, { kind, number }, { add, remove }, signal) {
      const impossible = add.find((name) => name.includes(","));
      if (impossible !== undefined) throw withComma(impossible);
      // A label with a comma cannot be on it, and in a list it would name others.
      const gone = remove.filter((name) => !name.includes(","));
      if (add.length + gone.length === 0) return "set";
      const change = {
        ...(add.length === 0 ? {} : { addLabels: add.join(",") }),
        ...(gone.length === 0 ? {} : { removeLabels: gone.join(",") }),
      };
      await line.ask(z.unknown(), signal, (api) =>
        kind === "issue"
          ? new Issues(api).edit(repo.id, number, change)
          : new MergeRequests(api).edit(repo.id, number, change),
      );
      return "set";
    },
  } satisfies Partial<Forge>;
}

function notesOf({ kind }: Thread, api: ResourceOptions): IssueNotes | MergeRequestNotes {
  return kind === "issue" ? new IssueNotes(api) : new MergeRequestNotes(api);
}

/** Our note among all of them: by the marker and by us, since anybody can copy a marker. */
async function findNote(
  line: Line,
  repo: Repo,
  thread: Thread,
  marker: string,
  author: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const pages = line.pages(Notes, signal, (api, page) =>
    notesOf(thread, api).all(repo.id, thread.number, { sort: "asc", orderBy: "created_at", ...page }),
  );
  for await (const notes of pages) {
    const ours = notes.find(
      ({ body, system, author: writer }) =>
        !system && body?.includes(marker) && String(writer?.id) === author,
    );
    if (ours !== undefined) return String(ours.id);
  }
  return undefined;
}

function withComma(name: string): ForgehandError {
  const message =
    `The label "${name}" has a comma, which GitLab takes for the end of a label's name: ` +
    "choose a name without one in the automation.";
  return new ForgehandError("FORGE_REFUSED", message);
}
