import { createHash } from "node:crypto";

import { z } from "zod";

import type { Repo } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import type { CommitPlace, Status, StatusState } from "../../core/status.ts";
import { cut } from "../../core/text.ts";
import { isGone, isRefusal } from "../shared/refusals.ts";
import { sourceOf } from "./heads.ts";
import type { Line } from "./line.ts";
import { pathOf } from "./line.ts";
import { PullRequest } from "./payloads.ts";

/** Characters of a key, above which Bitbucket answers 400. Source: Bitbucket Cloud docs, "Create a build status". */
const KEY_LIMIT = 40;
const KEY_HASH = 16;
/** Characters of name and description, and of a link, that are known to be taken. */
const TEXT_LIMIT = 255;
const URL_LIMIT = 450;

/** Bitbucket has no state for errors; the description says the word. */
const STATES = {
  pending: "INPROGRESS",
  success: "SUCCESSFUL",
  failure: "FAILED",
  error: "FAILED",
  cancelled: "STOPPED",
} as const satisfies Readonly<Record<StatusState, string>>;

/** A repository that may hold the commit, and the short name of the branch that it is on there. */
interface Target {
  readonly repo: Repo;
  readonly branch?: string;
}

/**
 * The key of a context: itself, or its beginning and a hash where it is longer than a key. It stays the same, and
 * another context has another one.
 */
export function keyOf(context: string): string {
  if (context.length <= KEY_LIMIT) return context;
  const hash = createHash("sha256").update(context).digest("hex").slice(0, KEY_HASH);
  return `${cut(context, KEY_LIMIT - KEY_HASH - 1).replace(/[^\w./-]/gu, "-")}-${hash}`;
}

/** The build statuses that we show on commits. `pageOf` is the page of a repository, by its full name. */
export function statuses(line: Line, pageOf: (fullName: string) => string) {
  async function targetsOf(place: CommitPlace, signal?: AbortSignal): Promise<Target[]> {
    const { repo, ref, pullRequest } = place;
    const here = { repo };
    if (ref !== undefined || pullRequest === undefined) {
      return [ref?.startsWith("refs/heads/") ? { repo, branch: ref.slice("refs/heads/".length) } : here];
    }
    const path = `${pathOf(repo)}/pullrequests/${pullRequest}`;
    const found = await line.ask({ path, reply: PullRequest, signal });
    const source = sourceOf(found);
    if (source === undefined) return [here];
    const there = { repo: source, branch: found.source.branch.name };
    return source.id === repo.id ? [there] : [there, here];
  }

  function send({ repo, branch }: Target, sha: string, status: Status, signal?: AbortSignal) {
    const { context, url } = status;
    return line.ask({
      method: "POST",
      path: `${pathOf(repo)}/commit/${sha}/statuses/build`,
      body: {
        key: keyOf(context),
        state: STATES[status.state],
        name: cut(context, TEXT_LIMIT),
        description: cut(descriptionOf(status), TEXT_LIMIT),
        // A link is required, and braces in it would be taken for a template.
        url: isShort(url) ? encodeBraces(url) : `${pageOf(repo.fullName)}/commits/${sha}`,
        ...(branch === undefined ? {} : { refname: branch }),
      },
      reply: z.unknown(),
      signal,
    });
  }

  return {
    /**
     * A pull request's status goes to its source repository, where the commit is for certain; that of a fork which we
     * may not see goes to the target, if the commit is known there.
     */
    async setStatus(place, status, signal) {
      const targets = await targetsOf(place, signal);
      for (const target of targets) {
        try {
          await send(target, place.sha, status, signal);
          return "set";
        } catch (error) {
          if (targets.length === 1 || !(isGone(error) || isRefusal(error))) throw error;
        }
      }
      return "unsupported";
    },
  } satisfies Partial<Forge>;
}

function descriptionOf({ state, description }: Status): string {
  return state === "error" && !/error/i.test(description) ? `Error: ${description}` : description;
}

function isShort(url: string | undefined): url is string {
  return url !== undefined && encodeBraces(url).length <= URL_LIMIT;
}

function encodeBraces(url: string): string {
  return url.replaceAll("{", "%7B").replaceAll("}", "%7D");
}
