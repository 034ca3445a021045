import type { Probot, ProbotOctokit } from "probot";
import type { ZodType } from "zod";

import { ForgehandError } from "../../core/errors.ts";
import type { Repo } from "../../core/event.ts";
import { readAnswer } from "../shared/answers.ts";
import { errorFrom, isUnchanged } from "./errors.ts";
import { Account, Installation, Installations } from "./replies.ts";

type Octokit = InstanceType<typeof ProbotOctokit>;

/** One call of the API. `{owner}` and `{repo}` of a route about a repository are filled in by the line. */
export interface Call<T> {
  /** Method and path as GitHub's description writes them, such as `GET /repos/{owner}/{repo}/pulls`. */
  readonly route: string;
  /** The members that we read of the answer. */
  readonly reply: ZodType<T>;
  /** What stands in path, query and body, by name. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal | undefined;
}

/** A list as it is now. `tag` names what its first page says, and is given back to hear whether it still does. */
export interface Look<T> {
  readonly tag: string | undefined;
  readonly pages: AsyncIterable<T>;
  /** Whether there is more than the first page. */
  readonly long: boolean;
}

/** Asks the API with the credentials that belong to a repository, or as ourselves. Throws coded errors only. */
export interface Line {
  /** Whether we speak as a GitHub App; else by one token for all repositories. */
  readonly isApp: boolean;
  ask<T>(repo: Repo, call: Call<T>): Promise<T>;
  /** Ask with the credentials of a repository about something that is no part of it. */
  askBeside<T>(repo: Repo, call: Call<T>): Promise<T>;
  /** All pages of a list, each as its own answer. */
  pages<T>(repo: Repo, call: Call<T>): AsyncIterable<T>;
  /** The same in pages as large as asked for, unless the first is still what a tag names: then undefined, for one request. */
  look<T>(repo: Repo, call: Call<T>, tag: string | undefined): Promise<Look<T> | undefined>;
  /** Ask as the App itself, or with the token; about no repository. */
  askSelf<T>(call: Call<T>): Promise<T>;
  pagesOfSelf<T>(call: Call<T>): AsyncIterable<T>;
  /** All pages of what one installation of the App may see. */
  pagesOf<T>(installation: number, call: Call<T>): AsyncIterable<T>;
  /** The scopes of a classic token; undefined where the answer names none, as for a fine-grained one. */
  scopes(signal?: AbortSignal): Promise<readonly string[] | undefined>;
  /** Ask as one of the App's installations, whichever; about no repository. */
  askAsAny<T>(call: Call<T>): Promise<T>;
  /** Number of the App's installation in a repository. */
  installation(repo: Repo, signal?: AbortSignal): Promise<number>;
}

/** One answer with the headers that tell of it. */
interface Page<T> {
  readonly data: T;
  readonly headers: { readonly link?: string | undefined; readonly etag?: string | undefined };
}

const PAGE_SIZE = 100;
const HEADERS = { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" };

export function openLine({ forge, probot, isApp }: { forge: string; probot: Probot; isApp: boolean }): Line {
  const installations = new Map<string, number>();

  async function call<T>(octokit: Octokit, { route, reply, parameters, signal }: Call<T>, tag?: string) {
    try {
      const answer = await octokit.request(route, {
        ...parameters,
        headers: { ...HEADERS, ...(tag === undefined ? {} : { "if-none-match": tag }) },
        ...(signal === undefined ? {} : { request: { signal } }),
      });
      return { data: readAnswer(forge, reply, answer.data, route), headers: answer.headers };
    } catch (error) {
      signal?.throwIfAborted();
      // Octokit takes it for an error; to us it is an answer that says nothing new.
      if (isUnchanged(error)) return { data: readAnswer(forge, reply, undefined, route), headers: {} };
      throw errorFrom(forge, error);
    }
  }

  async function installation(repo: Repo, signal?: AbortSignal): Promise<number> {
    const known = installations.get(keyOf(repo));
    if (known !== undefined) return known;
    const { data } = await call(await probot.auth(), {
      route: "GET /repos/{owner}/{repo}/installation",
      reply: Installation,
      parameters: partsOf(repo),
      signal,
    });
    installations.set(keyOf(repo), data.id);
    return data.id;
  }

  /** An App that was installed anew has another number: where the known one is refused, it is asked for again. */
  async function about<T>(repo: Repo, question: Call<T>, tag?: string) {
    const known = installations.get(keyOf(repo));
    const number = isApp ? await installation(repo, question.signal) : undefined;
    try {
      return await call(await probot.auth(number), question, tag);
    } catch (error) {
      if (known === undefined || !isStranger(error)) throw error;
      installations.delete(keyOf(repo));
      const now = await installation(repo, question.signal);
      if (now === known) throw error;
      return call(await probot.auth(now), question, tag);
    }
  }

  async function look<T>(repo: Repo, question: Call<T>, tag?: string): Promise<Look<T> | undefined> {
    const parameters = { ...question.parameters, ...partsOf(repo) };
    const first = { ...question, parameters, reply: question.reply.optional() };
    const { data, headers } = await about(repo, first, tag);
    if (data === undefined) return undefined;
    const pages = following({ data, headers }, question, (one) => about(repo, one));
    return { tag: headers.etag, pages, long: nextPage({ headers }) !== undefined };
  }

  return {
    isApp,
    installation,
    async ask(repo, question) {
      const parameters = { ...question.parameters, ...partsOf(repo) };
      return (await about(repo, { ...question, parameters })).data;
    },
    async askBeside(repo, question) {
      return (await about(repo, question)).data;
    },
    async *pages(repo, question) {
      yield* allPages(paged(question, partsOf(repo)), (one) => about(repo, one));
    },
    look,
    async *pagesOfSelf(question) {
      const octokit = await probot.auth();
      yield* allPages(paged(question), (one) => call(octokit, one));
    },
    async *pagesOf(number, question) {
      const octokit = await probot.auth(number);
      yield* allPages(paged(question), (one) => call(octokit, one));
    },
    async askSelf(question) {
      return (await call(await probot.auth(), question)).data;
    },
    async scopes(signal) {
      const { headers } = await call(await probot.auth(), { route: "GET /user", reply: Account, signal });
      const scopes = headers["x-oauth-scopes"];
      return typeof scopes === "string" ? scopes.split(",").map((scope) => scope.trim()) : undefined;
    },
    async askAsAny(question) {
      const [known] = installations.values();
      const number = known ?? (await firstInstallation(question.signal));
      return (await call(await probot.auth(number), question)).data;
    },
  };

  async function firstInstallation(signal?: AbortSignal): Promise<number> {
    const route = "GET /app/installations";
    const { data } = await call(await probot.auth(), {
      route,
      reply: Installations,
      parameters: { per_page: 1 },
      signal,
    });
    const [first] = data;
    if (first !== undefined) return first.id;
    throw new ForgehandError(
      "FORGE_NOT_FOUND",
      `The GitHub App of ${forge} is installed nowhere, so it can do nothing yet: install it in a repository.`,
    );
  }
}

type Ask<T> = (question: Call<T>) => Promise<Page<T>>;

async function* allPages<T>(question: Call<T>, ask: Ask<T>): AsyncIterable<T> {
  yield* following(await ask(question), question, ask);
}

/** The pages of a list, the first of which is there already. */
async function* following<T>(first: Page<T>, question: Call<T>, ask: Ask<T>): AsyncIterable<T> {
  yield first.data;
  for (let next = nextPage(first); next !== undefined;) {
    const page = await ask({ ...question, parameters: {}, route: `GET ${next}` });
    yield page.data;
    next = nextPage(page);
  }
}

function isStranger(error: unknown): boolean {
  return error instanceof ForgehandError && ["FORGE_AUTH_FAILED", "FORGE_NOT_FOUND"].includes(error.code);
}

/** Owner and name, for the path of a route. */
export function partsOf({ fullName }: Repo): { owner: string; repo: string } {
  const [owner = "", repo = ""] = fullName.split("/");
  return { owner, repo };
}

/** What a repository is known by: its id, and its name where that is all that somebody said. */
function keyOf({ id, fullName }: Repo): string {
  return id || fullName;
}

function paged<T>(question: Call<T>, more: object = {}): Call<T> {
  return { ...question, parameters: { ...question.parameters, ...more, per_page: PAGE_SIZE } };
}

/** Address of the next page by the `Link` header; our fetch refuses one of another origin. */
function nextPage({ headers: { link } }: Pick<Page<unknown>, "headers">): string | undefined {
  return /<([^<>]+)>;\s*rel="next"/.exec(link ?? "")?.[1];
}
