import { describe, expect, it } from "@jest/globals";

import { createLinks } from "../../src/dashboard/links.ts";

const publicUrl = "https://bot.example.com";
const links = createLinks({ signingKey: "key", publicUrl });

const signatureOf = (url: string | undefined): string => new URL(url!).searchParams.get("sig")!;

describe("a signed link", () => {
  it("opens the run that it was made for, and no other", () => {
    const url = links.runUrl(12);
    expect(url).toMatch(/^https:\/\/bot\.example\.com\/runs\/12\?sig=[\w-]{22}$/);
    const signature = signatureOf(url);
    expect(links.verify(12, signature)).toBe(true);
    expect(links.verify(13, signature)).toBe(false);
    expect(links.verify(1, signature)).toBe(false);
  });

  it.each(["", "x", "a".repeat(22), "a".repeat(10_000)])("%s opens nothing", (signature) => {
    expect(links.verify(12, signature)).toBe(false);
  });

  it("made with another key opens nothing", () => {
    const foreign = createLinks({ signingKey: "other", publicUrl });
    expect(links.verify(12, signatureOf(foreign.runUrl(12)))).toBe(false);
  });

  it("keeps the path of the public address, whether or not it ends in a slash", () => {
    for (const url of [`${publicUrl}/forgehand`, `${publicUrl}/forgehand/`]) {
      const made = createLinks({ signingKey: "key", publicUrl: url }).runUrl(1);
      expect(made).toMatch(/^https:\/\/bot\.example\.com\/forgehand\/runs\/1\?sig=/);
    }
  });

  it("is not made without a public address, nor longer than a status may carry", () => {
    expect(createLinks({ signingKey: "key" }).runUrl(1)).toBeUndefined();
    const long = createLinks({ signingKey: "key", publicUrl: `${publicUrl}/${"x".repeat(200)}` });
    expect(long.runUrl(1)).toBeUndefined();
    expect(links.runUrl(Number.MAX_SAFE_INTEGER)!.length).toBeLessThanOrEqual(200);
  });
});
