import { ForgehandError } from "../../core/errors.ts";
import type { Repo } from "../../core/event.ts";
import { errorOf } from "../shared/answers.ts";
import type { HttpFetch } from "../shared/http.ts";
import { encodePath } from "../shared/path.ts";
import { readAdvertisement } from "./advertisement.ts";

/** Commits of a repository by the full names of its refs. */
export type Refs = ReadonlyMap<string, string>;

/** How refs are asked for. */
export interface RefsOptions {
  readonly forge: string;
  /** Base of clone addresses. */
  readonly git: string;
  readonly token: string;
  readonly userAgent: string;
  readonly fetch: HttpFetch;
}

/** Asks a repository for all of its refs. Throws coded errors, and the reason of the signal. */
export type AskRefs = (repo: Pick<Repo, "fullName">, signal?: AbortSignal) => Promise<Refs>;

/**
 * Refs by git's smart HTTP, as `git ls-remote` asks for them: Gogs' API names no head of a pull request, its git half
 * shows each as `refs/pull/NUMBER/head`. Source: git's gitprotocol-http.
 */
export function createAskRefs({ forge, git, token, userAgent, fetch }: RefsOptions): AskRefs {
  const authorization = `Basic ${Buffer.from(`${token}:${token}`).toString("base64")}`;
  return async ({ fullName }, signal) => {
    const path = `/${encodePath(fullName)}.git/info/refs`;
    const response = await fetch(`${git}${path}?service=git-upload-pack`, {
      headers: { authorization, "user-agent": userAgent },
      ...(signal === undefined ? {} : { signal }),
    });
    const body = Buffer.from(await response.arrayBuffer());
    const request = `GET ${path}`;
    if (!response.ok) {
      const headers = Object.fromEntries(response.headers);
      throw errorOf(forge, { status: response.status, headers, message: "", request });
    }
    const refs = readAdvertisement(body);
    if (refs !== undefined) return refs;
    throw new ForgehandError(
      "FORGE_ANSWER_UNREADABLE",
      `${forge} answered ${request} with something that is no list of refs. ` +
        "If it goes on, see whether git reaches the address of the forge in the config.",
      { retryable: true },
    );
  };
}
