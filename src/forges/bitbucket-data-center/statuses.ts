import { createHash } from "node:crypto";

import type { Repo } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import type { CommitPlace, Status, StatusState } from "../../core/status.ts";
import { isGone, isRefusal } from "../shared/refusals.ts";
import { apiPath, pagePath } from "./addresses.ts";
import { BitbucketError, isUnknownAddress } from "./errors.ts";
import { cutToFit } from "./limits.ts";
import type { Line } from "./line.ts";
import { Done } from "./replies.ts";
import { PullRequest } from "./payloads.ts";
import { isFork, repoOf } from "./translate.ts";

/** Characters of key, name and description, and of the link, above which Bitbucket answers 400. */
const TEXT_LIMIT = 255;
const URL_LIMIT = 450;

/** Bitbucket has no state for errors; the description says the word. */
const STATES = {
  pending: "INPROGRESS",
  success: "SUCCESSFUL",
  failure: "FAILED",
  error: "FAILED",
  cancelled: "CANCELLED",
} as const satisfies Readonly<Record<StatusState, string>>;

/** The repository and branch whose commit carries a status. */
interface Target {
  readonly repo: Pick<Repo, "fullName">;
  /** Full name of a branch; Bitbucket refuses a short one. */
  readonly ref: string | undefined;
  /** Somebody else's repository, in which we may have no rights. */
  readonly fork: boolean;
}

/**
 * The build statuses that we show on commits. What a server is too old for is remembered until we start again: builds
 * of a repository came with 7.4, being cancelled with 7.14 or later.
 */
export function statuses(line: Line, { web }: { web: string }) {
  const server = { knowsBuilds: true, knowsCancelled: true };

  /** A pull request shows the statuses of its source repository. */
  async function targetOf(
    { repo, ref, pullRequest }: CommitPlace,
    signal?: AbortSignal,
  ): Promise<Target | undefined> {
    const own = { repo, ref: ref?.startsWith("refs/heads/") === true ? ref : undefined, fork: false };
    if (pullRequest === undefined) return own;
    try {
      const path = `api/latest/${apiPath(repo)}/pull-requests/${pullRequest}`;
      const found = await line.ask({ path, reply: PullRequest, signal });
      const { repository, id } = found.fromRef;
      return repository ? { repo: repoOf(repository), ref: id, fork: isFork(found) } : undefined;
    } catch (error) {
      // Once it is deleted, its commits may still be on a branch.
      if (isGone(error)) return own;
      throw error;
    }
  }

  async function send(target: Target, sha: string, status: Status, signal?: AbortSignal): Promise<void> {
    const { repo, ref } = target;
    const page = `${web}/${pagePath(repo)}/commits/${sha}`;
    const build = buildOf(status, { page, cancelled: server.knowsBuilds && server.knowsCancelled });
    const post = (path: string, body: object) =>
      line.ask({ method: "POST", path, body, reply: Done, signal });
    const older = () => {
      const body = buildOf(status, { page, cancelled: false });
      return post(`build-status/1.0/commits/${sha}`, body);
    };
    if (!server.knowsBuilds) {
      await older();
      return;
    }
    const withRef = ref === undefined ? build : { ...build, ref };
    try {
      await post(`api/latest/${apiPath(repo)}/commits/${sha}/builds`, withRef);
    } catch (error) {
      if (!isUnknownAddress(error)) throw error;
      await older();
      server.knowsBuilds = false;
    }
  }

  async function show(target: Target, sha: string, status: Status, signal?: AbortSignal): Promise<void> {
    try {
      await send(target, sha, status, signal);
    } catch (error) {
      const isOld = status.state === "cancelled" && error instanceof BitbucketError && error.status === 400;
      if (!isOld || !server.knowsCancelled) throw error;
      server.knowsCancelled = false;
      await send(target, sha, status, signal);
    }
  }

  return {
    async setStatus(place, status, signal) {
      const target = await targetOf(place, signal);
      if (target === undefined) return "unsupported";
      try {
        await show(target, place.sha, status, signal);
        return "set";
      } catch (error) {
        if (target.fork && isClosedToUs(error)) return "unsupported";
        throw error;
      }
    },
  } satisfies Partial<Forge>;
}

/** Whether a repository is not for us to see or to write in. */
function isClosedToUs(error: unknown): boolean {
  if (!(error instanceof BitbucketError) || error.retryable) return false;
  return isGone(error) || (isRefusal(error) && [401, 403].includes(error.status));
}

/** A status as a build. Bitbucket wants a link: without a page of ours it is the commit's own. */
function buildOf(
  { context, state, description, url }: Status,
  { page, cancelled }: { page: string; cancelled: boolean },
) {
  return {
    key: keyOf(context),
    state: state === "cancelled" && !cancelled ? "FAILED" : STATES[state],
    name: cutToFit(context, TEXT_LIMIT),
    description: cutToFit(wordFor(state, description), TEXT_LIMIT),
    url: url !== undefined && url.length <= URL_LIMIT ? url : page,
  };
}

/** Equal keys are one status of a commit, so a key that is too long must stay different from another one. */
function keyOf(context: string): string {
  return context.length <= TEXT_LIMIT ? context : createHash("sha256").update(context).digest("hex");
}

/** The description, with the word that the state may not say. */
function wordFor(state: StatusState, description: string): string {
  if (state === "error" && !/error/i.test(description)) return `Error: ${description}`;
  if (state === "cancelled" && !/cancelled/i.test(description)) return `Cancelled: ${description}`;
  return description;
}
