import { z } from "zod";

const WHOLE = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** The whole id of a commit: 40 hex digits, 64 in a repository of SHA-256. All zeros stand for "no commit". */
export const commitId = z.string().regex(WHOLE, "not a commit id");
