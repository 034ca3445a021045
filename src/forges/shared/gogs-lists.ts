import { z } from "zod";

import type { ListedIssue } from "../../core/listings.ts";
import { versionOf } from "./marks.ts";

const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** What the lists of Gogs tell of an issue beside what its deliveries do, and those of Gitea, which grew out of it. */
export const dated = {
  user: z.object({ id: z.int(), login: z.string() }),
  created_at: moment,
  updated_at: moment,
};

interface Dated {
  readonly user: { readonly id: number; readonly login: string };
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly labels?: readonly { readonly name: string }[] | null | undefined;
}

/** Who opened it, when, and its version. */
export function listedAs(
  { user: { id, login }, created_at: createdAt, updated_at: updated, labels }: Dated,
  head?: string,
): Omit<ListedIssue, "issue"> {
  const names = labels?.map(({ name }) => name) ?? [];
  return {
    author: { id: String(id), login },
    createdAt,
    version: versionOf(updated.toISOString(), names, head),
  };
}

/** Each but once: a list whose pages shift while they are read shows some of it twice. */
export function onceEach<T extends { readonly number: number }>(threads: readonly T[]): T[] {
  return [...new Map(threads.map((thread) => [thread.number, thread])).values()];
}
