import { describe, expect, it } from "@jest/globals";

import { createRedactor } from "../../src/run/redact.ts";

const TOKEN = "ghp_secret-token/1";

/** What a stream shows of a text that arrives in these chunks. */
function shown(secrets: readonly string[], chunks: readonly string[]): string {
  const stream = createRedactor(secrets).stream();
  return [...chunks.map((chunk) => stream.push(chunk)), stream.flush()].join("");
}

describe("a redactor", () => {
  it("hides secrets", () => {
    expect(createRedactor([TOKEN]).text(`a ${TOKEN} b${TOKEN}`)).toBe("a *** b***");
  });

  it("hides the longer one of two secrets that begin alike", () => {
    expect(createRedactor(["abcd", "abcdef"]).text("abcdef")).toBe("***");
  });

  it("leaves texts alone that are too short to be secrets", () => {
    expect(createRedactor(["abc", ""]).text("abc")).toBe("abc");
  });

  it("knows no pattern in a secret, only its text", () => {
    expect(createRedactor(["a.c+"]).text("abc+ a.c+")).toBe("abc+ ***");
  });

  it("hides a secret in base64, alone and inside of something longer", () => {
    const redactor = createRedactor([TOKEN]);
    for (const before of ["", "a", "ab", "abc", "x-access-token:"]) {
      for (const after of ["", "\n", "zz"]) {
        const encoded = Buffer.from(before + TOKEN + after).toString("base64");
        expect(redactor.text(encoded)).toContain("***");
        expect(Buffer.from(redactor.text(encoded).replace("***", "")).toString()).not.toContain("secret");
      }
    }
  });

  it("hides each line of a secret of several lines", () => {
    const key = "-----BEGIN KEY-----\nabcdefghijk\nlmnopqrstuv\n-----END KEY-----\n";
    expect(createRedactor([key]).text("+ lmnopqrstuv")).toBe("+ ***");
  });

  it("hides a secret that a program shows without the line break at its end", () => {
    expect(createRedactor(["hidden-word\n"]).text("hidden-word.")).toBe("***.");
  });

  it("hides a secret that arrives in pieces, wherever it is cut", () => {
    const text = `before ${TOKEN} after`;
    for (let cut = 0; cut <= text.length; cut++) {
      expect(shown([TOKEN], [text.slice(0, cut), text.slice(cut)])).toBe("before *** after");
    }
    expect(shown([TOKEN], Array.from(text))).toBe("before *** after");
  });

  it("hides a secret that ends with the beginning of another one", () => {
    expect(shown(["xxab", "abcd"], ["xxab", "zz"])).toBe("***zz");
  });

  it("shows a text at once that cannot become a secret", () => {
    expect(createRedactor([TOKEN]).stream().push("ready\n")).toBe("ready\n");
  });

  it("shows what looked like a beginning and came to nothing", () => {
    expect(shown([TOKEN], ["ghp_", "else"])).toBe("ghp_else");
  });
});
