import type { Selectable } from "kysely";

import type { Repo } from "../core/event.ts";
import type { FileProblem, KeptFile } from "../core/repository-file.ts";
import type { Tables } from "./engine.ts";
import { LIST_LIMIT } from "./jobs.ts";
import type { Database } from "./schema.ts";

/** The file of a repository as it was read last. */
export async function findRepositoryFile(
  { db }: Tables,
  forge: string,
  repo: string,
): Promise<KeptFile | undefined> {
  const row = await db
    .selectFrom("repository_files")
    .selectAll()
    .where("forge", "=", forge)
    .where("repo_id", "=", repo)
    .executeTakeFirst();
  return row && toFile(row);
}

/** Files of a forge that have a text, by the ids of their repositories: those after `after`. */
export async function listRepositoryFiles(
  { db }: Tables,
  forge: string,
  { after = "", limit }: { after?: string; limit: number },
): Promise<KeptFile[]> {
  const rows = await db
    .selectFrom("repository_files")
    .selectAll()
    .where("forge", "=", forge)
    .where("repo_id", ">", after)
    .where("text", "is not", null)
    .orderBy("repo_id")
    .limit(Math.min(limit, LIST_LIMIT))
    .execute();
  return rows.map(toFile);
}

/** Write a file down, unless one that was asked for later is there: then that stands, and false is given back. */
export async function saveRepositoryFile({ db }: Tables, file: KeptFile): Promise<boolean> {
  const { forge, repo, branch, sha = null, text = null, problems, mended, askedAt } = file;
  const columns = {
    repo: JSON.stringify(repo),
    branch,
    sha,
    text,
    problems: JSON.stringify(problems),
    mended: mended ? 1 : 0,
    asked_at: askedAt.getTime(),
  };
  const written = await db
    .insertInto("repository_files")
    .values({ forge, repo_id: repo.id, ...columns })
    .onConflict((conflict) =>
      conflict
        .columns(["forge", "repo_id"])
        .doUpdateSet(columns)
        .where("repository_files.asked_at", "<=", columns.asked_at),
    )
    .returning("repo_id")
    .executeTakeFirst();
  return written !== undefined;
}

function toFile(row: Selectable<Database["repository_files"]>): KeptFile {
  const { forge, branch, sha, text } = row;
  return {
    forge,
    repo: JSON.parse(row.repo) as Repo,
    branch,
    ...(sha !== null && { sha }),
    ...(text !== null && { text }),
    problems: JSON.parse(row.problems) as FileProblem[],
    mended: row.mended === 1,
    askedAt: new Date(row.asked_at),
  };
}
