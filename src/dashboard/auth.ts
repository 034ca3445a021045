import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { sameText, sign } from "./signature.ts";

/** Where the token is kept in the data folder. */
export const TOKEN_FILE = "sign-in-token";

/**
 * The token that opens the dashboard: made at the first start, kept in the data folder for the owner's eyes alone (mode
 * 600). Remove the file and start again for a new one; that signs everybody out.
 */
export async function signInToken(dataDir: string): Promise<string> {
  const path = join(dataDir, TOKEN_FILE);
  const kept = await read(path);
  if (kept !== "") return kept;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const fresh = `${path}.${randomBytes(6).toString("hex")}`;
  await writeFile(fresh, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  try {
    // A link appears whole and only where nothing stands: of two processes that start at once, one makes the token.
    await link(fresh, path).catch(unlessCode("EEXIST"));
  } finally {
    await rm(fresh, { force: true });
  }
  return read(path);
}

async function read(path: string): Promise<string> {
  return ((await readFile(path, "utf8").catch(unlessCode("ENOENT"))) ?? "").trim();
}

/** Passes over errors of one code. */
const unlessCode =
  (code: string) =>
  (error: unknown): undefined => {
    if ((error as NodeJS.ErrnoException).code !== code) throw error;
  };

/** Whether somebody holds a token, in a time that tells nothing about it. An empty one would let everybody in. */
export function opensWith(token: string): (given: string) => boolean {
  return (given) => token !== "" && sameText(given, token);
}

/** Days until somebody who signed in has to do so again. */
const DAYS = 30;
const DAY_MS = 86_400_000;

/** Sessions without memory: a cookie says until when it is good, and is signed. */
export interface Sessions {
  /** The value of a new cookie, and the seconds that it is good for. */
  issue(now: number): { value: string; maxAge: number };
  isGood(value: string | undefined, now: number): boolean;
  /** Whether somebody holds the sign-in token. */
  opens(token: string): boolean;
}

/** The token is part of what is signed: a new token ends every session. */
export function createSessions({ signingKey, token }: { signingKey: string; token: string }): Sessions {
  const signature = (until: string): string => sign(signingKey, `session ${token}`, until);
  return {
    issue(now) {
      const until = String(now + DAYS * DAY_MS);
      return { value: `${until}.${signature(until)}`, maxAge: (DAYS * DAY_MS) / 1_000 };
    },
    isGood(value = "", now) {
      const [until = "", given = ""] = value.split(".", 2);
      return sameText(given, signature(until)) && Number(until) > now;
    },
    opens: opensWith(token),
  };
}
