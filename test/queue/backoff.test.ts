import { describe, expect, it } from "@jest/globals";

import { ForgehandError } from "../../src/core/errors.ts";
import { backOff } from "../../src/queue/backoff.ts";

describe("the back-off of a job", () => {
  const wait = (attempts: number, error: unknown = new Error("no")) => backOff(error, { attempts });

  it.each([
    [1, 1_000],
    [2, 2_000],
    [5, 16_000],
    [11, 600_000],
    [99, 600_000],
  ])("after %d attempts is half of %d ms to all of it", (attempts, longest) => {
    for (let sample = 0; sample < 50; sample += 1) {
      expect(wait(attempts)).toBeGreaterThanOrEqual(longest / 2);
      expect(wait(attempts)).toBeLessThanOrEqual(longest);
    }
  });

  it("is as long as the other side asked, if that is longer", () => {
    const options = { retryable: true, retryAfter: 90_000 };
    expect(wait(1, new ForgehandError("FORGE_RATE_LIMITED", "wait", options))).toBe(90_000);
  });

  it("has no end after what trying again cannot help", () => {
    expect(wait(1, new ForgehandError("FORGE_REFUSED", "no"))).toBeUndefined();
  });

  it("has no end after 100 attempts", () => {
    expect(wait(100)).toBeUndefined();
  });
});
