import { describe, expect, it } from "@jest/globals";

import { errorOf } from "../../../src/forges/shared/answers.ts";

const NOW = 1_000_000_000_000;
const verdict = (status: number, headers: Record<string, string> = {}, message = "no") => {
  const { code, retryable, retryAfter } = errorOf(
    "tested",
    { status, headers, message, request: "GET /x" },
    NOW,
  );
  return { code, retryable, ...(retryAfter === undefined ? {} : { retryAfter }) };
};
const limited = (retryAfter: number) => ({ code: "FORGE_RATE_LIMITED", retryable: true, retryAfter });

describe("the verdict on an answer", () => {
  it("waits as many seconds as the forge says", () => {
    expect(verdict(429, { "retry-after": "90" })).toEqual(limited(90_000));
    expect(verdict(403, { "retry-after": "90" })).toEqual(limited(90_000));
  });

  it("waits until the date that the forge says", () => {
    expect(verdict(429, { "retry-after": new Date(NOW + 5_000).toUTCString() })).toEqual(limited(5_000));
  });

  it("waits for the reset of a used-up limit", () => {
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW / 1_000 + 30) };
    expect(verdict(403, headers)).toEqual(limited(30_000));
  });

  it("waits for the reset of a limit that has its name without an x", () => {
    expect(verdict(429, { "ratelimit-reset": String(NOW / 1_000 + 30) })).toEqual(limited(30_000));
  });

  it("does not wait for a reset that is over", () => {
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW / 1_000 - 30) };
    expect(verdict(429, headers)).toEqual(limited(0));
  });

  it("waits a minute where the forge speaks of a limit and says no time", () => {
    expect(verdict(403, {}, "You have exceeded a secondary rate limit")).toEqual(limited(60_000));
    expect(verdict(429)).toEqual(limited(60_000));
  });

  it("takes a 403 with budget left for a missing right", () => {
    const headers = { "x-ratelimit-remaining": "4999", "x-ratelimit-reset": String(NOW / 1_000 + 30) };
    expect(verdict(403, headers)).toEqual({ code: "FORGE_REFUSED", retryable: false });
  });

  it.each([
    [400, "FORGE_REFUSED", false],
    [401, "FORGE_AUTH_FAILED", false],
    [404, "FORGE_NOT_FOUND", false],
    [408, "FORGE_UNREACHABLE", true],
    [409, "FORGE_REFUSED", false],
    [410, "FORGE_NOT_FOUND", false],
    [422, "FORGE_REFUSED", false],
    [500, "FORGE_FAILING", true],
    [502, "FORGE_UNREACHABLE", true],
    [503, "FORGE_FAILING", true],
    [504, "FORGE_UNREACHABLE", true],
  ])("%i is %s", (status, code, retryable) => {
    expect(verdict(status)).toEqual({ code, retryable });
  });
});
