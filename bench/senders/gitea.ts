import { createHmac } from "node:crypto";

import { fill } from "./fill.ts";

/** A push of one commit to the one branch of a repository. */
export interface Push {
  /** Number of the repository, which is its id and the end of its name. */
  readonly repo: number;
  readonly before: string;
  readonly after: string;
}

export const PUSHED_REF = "refs/heads/main";
export const PUSHER = { id: 17, login: "mira" };

/** Bytes of the body: the least that such a delivery tells. */
export const PUSH_BYTES = 300;

/** What Gitea sends of a push: the parts of it that are read, filled up to the size. */
export function pushBody({ repo, before, after }: Push): Buffer {
  const text = fill(PUSH_BYTES, (words) => ({
    ref: PUSHED_REF,
    before,
    after,
    compare_url: words,
    repository: { id: repo, full_name: nameOf(repo), default_branch: "main" },
    sender: PUSHER,
  }));
  return Buffer.from(text);
}

export const nameOf = (repo: number): string => `harbour/r${repo}`;

/** Its headers, signed. */
export function pushHeaders(body: Buffer, id: string, secret: string): Record<string, string> {
  return {
    "User-Agent": "Go-http-client/1.1",
    "Content-Type": "application/json",
    "Content-Length": String(body.length),
    "X-Gitea-Delivery": id,
    "X-Gitea-Event": "push",
    "X-Gitea-Event-Type": "push",
    "X-Gitea-Signature": createHmac("sha256", secret).update(body).digest("hex"),
  };
}
