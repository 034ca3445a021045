import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Automation } from "../src/core/automation.ts";
import { LEASE_MS } from "../src/core/job.ts";
import { silent } from "../src/core/log.ts";
import type { Store } from "../src/core/store.ts";
import { github } from "../src/forges/github/index.ts";
import { wants } from "../src/match/wants.ts";
import { watchedOf } from "../src/match/watched.ts";
import { createRounds } from "../src/poll/round.ts";
import { openSqlite } from "../src/record/sqlite.ts";
import { automation } from "../test/support/samples.ts";

const REPOSITORIES = 200;
const HOURS = 2;
const HOUR_MS = 3_600_000;
/** A label on issues and pull requests, and pushes: all three lists. */
const AUTOMATIONS: readonly Automation[] = [automation(), automation({ name: "push", on: { push: true } })];
const LISTS = { issues: "/issues", "pull requests": "/pulls", branches: "/git/matching-refs/heads" };

export interface PollReport {
  readonly bench: "poll";
  readonly repositories: number;
  readonly limits: { readonly hour: number; readonly each: number };
  /** Requests in any one hour, the most. */
  readonly hour: number;
  /** Requests that one look took for one list, the most: over those after the first looks. */
  readonly each: number;
  /** Requests by list, and those of them that were answered 304, over all. */
  readonly lists: Readonly<Record<string, number>>;
  readonly unchanged: number;
  /** Minutes between two looks at a repository. */
  readonly interval: number;
  readonly within: boolean;
}

/** What looking at many unchanged repositories takes of GitHub, in hours that pass by a clock of our own. */
export async function poll(): Promise<PollReport> {
  const folder = await mkdtemp(join(tmpdir(), "forgehand-bench-"));
  const clock = { now: Date.now() };
  const server = await standIn(() => clock.now);
  const store = await openSqlite({ path: join(folder, "store.db"), log: silent });
  const settings = {
    kind: "github",
    url: server.url,
    apiUrl: server.url,
    token: "t",
    webhookSecret: ["s"],
  } as const;
  const line = await github.open("github", settings, { log: silent, userAgent: "forgehand/bench" });
  try {
    const polled = {
      name: "github",
      forge: line.forge,
      repositories: Array.from({ length: REPOSITORIES }, (_, index) => `octo/r${index}`),
      perHour: github.pollBudget,
    };
    const rounds = createRounds({
      store,
      polled: () => polled,
      pollOnly: false,
      wanted: (forge, fullName) => watchedOf(AUTOMATIONS, { forge, fullName, lacks: github.lacks }),
      wants: (reading, place) => wants(reading, AUTOMATIONS, place),
      log: silent,
      now: () => clock.now,
    });
    for (const end = clock.now + HOURS * HOUR_MS; clock.now < end;) {
      clock.now += Math.max(
        1,
        await roundOf(store, (claim) => rounds(polled, claim, new AbortController().signal)),
      );
    }
    return reportOf(server.seen);
  } finally {
    await line.close();
    await store.close();
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

type Claimed = NonNullable<Awaited<ReturnType<Store["claim"]>>>;

/** One round as the worker makes it, without waiting until it is due. */
async function roundOf(store: Store, round: (claim: Claimed) => Promise<number>): Promise<number> {
  await store.change((transaction) => transaction.ask("poll", "github"));
  const claim = await store.claim("poll", { lease: LEASE_MS });
  if (claim === undefined) throw new Error("there is no poll job");
  const wait = await round(claim);
  await store.complete(claim, () => Promise.resolve());
  return wait;
}

interface Seen {
  readonly at: number;
  readonly path: string;
  readonly status: number;
}

function reportOf(seen: readonly Seen[]): PollReport {
  const hour = Math.max(
    ...seen.map(({ at: start }) => seen.filter(({ at }) => at >= start && at < start + HOUR_MS).length),
  );
  const looks = (path: string) => seen.filter((one) => one.path.startsWith(path));
  const times = looks("/repos/octo/r0/issues").map(({ at }) => at);
  const each = Math.max(...mostAtOnce(seen));
  const limits = { hour: github.pollBudget, each: 1 };
  const lists = Object.entries(LISTS).map(
    ([list, path]) => [list, seen.filter((one) => one.path.includes(path)).length] as const,
  );
  return {
    bench: "poll",
    repositories: REPOSITORIES,
    limits,
    hour,
    each,
    lists: Object.fromEntries(lists),
    unchanged: seen.filter(({ status }) => status === 304).length,
    interval: Math.round(((times.at(-1) ?? 0) - (times.at(-2) ?? 0)) / 60_000),
    within: hour <= limits.hour && each <= limits.each,
  };
}

/** How often the same was asked for at one time. */
function mostAtOnce(seen: readonly Seen[]): number[] {
  const counts = new Map<string, number>();
  for (const { at, path } of seen) counts.set(`${at} ${path}`, (counts.get(`${at} ${path}`) ?? 0) + 1);
  return [...counts.values()];
}

/** A GitHub in which nothing ever happens. It counts, and answers 304 to whoever knows what it would say. */
async function standIn(now: () => number) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const { path, body } = answerTo(request);
    const tag = `"${createHash("sha256").update(body).digest("hex").slice(0, 16)}"`;
    const status = request.headers["if-none-match"] === tag ? 304 : 200;
    seen.push({ at: now(), path, status });
    response.writeHead(status, { "content-type": "application/json", etag: tag });
    response.end(status === 304 ? undefined : body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, seen, close };
}

function answerTo({ url = "/" }: IncomingMessage): { path: string; body: string } {
  const path = new URL(url, "http://localhost").pathname;
  const [, name = ""] = /^\/repos\/octo\/r(\d+)/.exec(path) ?? [];
  const at = "2026-01-01T00:00:00Z";
  const user = { id: 1, login: "alice" };
  const said = { number: 1, title: "One", body: "", state: "open", user, created_at: at, updated_at: at };
  const branch = {
    ref: "main",
    sha: "a".repeat(40),
    repo: { id: Number(name) + 1, full_name: `octo/r${name}` },
  };
  const repository = { id: Number(name) + 1, full_name: `octo/r${name}`, default_branch: "main" };
  if (path.endsWith("/issues")) return { path, body: JSON.stringify([{ ...said, labels: [] }]) };
  if (path.endsWith("/pulls")) {
    return {
      path,
      body: JSON.stringify([{ ...said, labels: [], head: branch, base: branch, draft: false }]),
    };
  }
  if (path.includes("/git/matching-refs/")) {
    return { path, body: JSON.stringify([{ ref: "refs/heads/main", object: { sha: branch.sha } }]) };
  }
  return { path, body: JSON.stringify(repository) };
}
