import { stat } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { createSessions, signInToken, TOKEN_FILE } from "../../src/dashboard/auth.ts";
import { temporaryFolder } from "../support/temporary.ts";

const NOW = Date.UTC(2030, 0, 1);
const DAY = 86_400_000;

describe("the sign-in token", () => {
  it("is made once, and only its owner can read it", async () => {
    await using folder = await temporaryFolder();
    const dataDir = join(folder.path, "data");
    const token = await signInToken(dataDir);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await signInToken(dataDir)).toBe(token);
    expect((await stat(join(dataDir, TOKEN_FILE))).mode & 0o777).toBe(0o600);
  });

  it("is one and the same for processes that start at once", async () => {
    await using folder = await temporaryFolder();
    const tokens = await Promise.all(Array.from({ length: 8 }, () => signInToken(folder.path)));
    expect(new Set(tokens).size).toBe(1);
  });
});

describe("a session", () => {
  const sessions = createSessions({ signingKey: "key", token: "token" });

  it("is good for thirty days", () => {
    const { value, maxAge } = sessions.issue(NOW);
    expect(maxAge).toBe(30 * 86_400);
    expect(sessions.isGood(value, NOW + 30 * DAY - 1)).toBe(true);
    expect(sessions.isGood(value, NOW + 30 * DAY)).toBe(false);
  });

  it("cannot be made longer, made up or left out", () => {
    const { value } = sessions.issue(NOW);
    const [, signature] = value.split(".");
    for (const forged of [`${NOW + 99 * DAY}.${signature}`, `${NOW + DAY}.`, "token", "", ".", undefined]) {
      expect(sessions.isGood(forged, NOW)).toBe(false);
    }
  });

  it("does not hold the token, and ends when there is a new one", () => {
    const { value } = sessions.issue(NOW);
    expect(value).not.toContain("token");
    expect(createSessions({ signingKey: "key", token: "new" }).isGood(value, NOW)).toBe(false);
  });

  it("is opened by the token alone, and by nothing where there is no token", () => {
    expect(sessions.opens("token")).toBe(true);
    expect(sessions.opens("token ")).toBe(false);
    expect(createSessions({ signingKey: "key", token: "" }).opens("")).toBe(false);
  });
});
