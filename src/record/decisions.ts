import { sql } from "kysely";

import type { KnownRuns, Tables } from "./engine.ts";

/** What is decided about: a repository, a run and its repository, or more than one repository. */
export type About = "all" | { readonly forge: string; readonly repo: string } | { readonly run: number };

/**
 * Thrown out of a transaction that holds one repository and comes to decide about more. Nothing more can be locked without
 * that two wait for each other, so it is undone and begun anew, holding all.
 */
export class ReachesFurther extends Error {
  override readonly name = "ReachesFurther";
}

/** The turns of one transaction to decide. */
export interface Turns {
  /** Wait until no other transaction decides about this, and let none begin until this one ends. Throws ReachesFurther. */
  about(what: About): Promise<void>;
}

/** Where one writes at a time there is nothing to wait for. */
const ALONE: Turns = { about: () => Promise.resolve() };

/**
 * Turns over the tables of one transaction. Who decides about one repository waits for others who decide about that one,
 * and for those who decide about all. `all`: it is known to reach further.
 */
export function createTurns(tables: Tables, known: KnownRuns, { all }: { all: boolean }): Turns {
  if (!tables.locksRows) return ALONE;
  let held: "all" | { readonly forge: string; readonly repo: string } | undefined;
  let turn = Promise.resolve();

  const take = async (what: About): Promise<void> => {
    if (held === "all") return;
    if (all || what === "all") {
      if (held !== undefined) throw new ReachesFurther();
      await lockAll(tables);
      held = "all";
    } else if (held === undefined) {
      held = await lockRepository(tables, what);
    } else {
      const of = "run" in what ? await repositoryOf(tables, known, what.run) : what;
      if (of !== undefined && (of.forge !== held.forge || of.repo !== held.repo)) throw new ReachesFurther();
    }
  };
  return { about: (what) => (turn = turn.then(() => take(what))) };
}

/** The number of our locks among those of the database; one of a repository has a number of its own beside it. */
const DECISIONS = 7_310_001;
const OF_REPOSITORIES = 7_310_003;

const ALL = sql`${sql.lit(DECISIONS)}, hashtext(current_schema())`;

/** Wait until no other transaction decides about anything. */
export async function lockAll({ db }: Pick<Tables, "db">): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ALL})`.execute(db);
}

/** Undefined where there is no such run, and so nothing to decide. Two repositories of one number only wait too often. */
async function lockRepository(
  { db }: Tables,
  what: Exclude<About, "all">,
): Promise<{ forge: string; repo: string } | undefined> {
  const from =
    "run" in what
      ? sql`(select forge, repo_id as repo from runs where id = ${what.run})`
      : sql`(select cast(${what.forge} as text) as forge, cast(${what.repo} as text) as repo)`;
  const { rows } = await sql<{ forge: string; repo: string }>`
    select forge, repo, pg_advisory_xact_lock_shared(${ALL}), pg_advisory_xact_lock(
      hashtextextended(concat_ws(' ', current_schema(), forge, repo), ${sql.lit(OF_REPOSITORIES)}))
    from ${from} as locked`.execute(db);
  return rows[0];
}

/** Where a run belongs to, which never changes. */
async function repositoryOf(
  { db }: Tables,
  known: KnownRuns,
  id: number,
): Promise<{ forge: string; repo: string } | undefined> {
  const row =
    known.get(id) ??
    (await db.selectFrom("runs").select(["forge", "repo_id"]).where("id", "=", id).executeTakeFirst());
  return row && { forge: row.forge, repo: row.repo_id };
}
