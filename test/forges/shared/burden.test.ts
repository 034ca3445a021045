import { describe, expect, it } from "@jest/globals";

import { readPayload } from "../../../src/forges/shared/payload.ts";

/** More bytes than are parsed without a look. */
const FILLER = "x".repeat(40_000);

const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

/** A payload of many bytes with some JSON in it. */
const withJson = (json: string) => `{"filler":"${FILLER}","member":${json}}`;

const read = (text: string) => readPayload(Buffer.from(text));

describe("JSON that would keep the server busy", () => {
  it("is refused where it nests deeper than 200 levels", () => {
    expect(read(withJson(nested(199)))).toMatchObject({ ok: true });
    expect(read(withJson(nested(200)))).toEqual({
      ok: false,
      problem: "the body is nested deeper than 200 levels",
    });
  });

  it("is refused where it has more than 100,000 arrays and objects", () => {
    const list = (length: number) => `[${Array.from({ length }, (_, n) => (n % 2 ? "[]" : "{}")).join()}]`;
    expect(read(withJson(list(99_998)))).toMatchObject({ ok: true });
    expect(read(withJson(list(99_999)))).toEqual({
      ok: false,
      problem: "the body has more than 100000 arrays and objects",
    });
  });

  it("is refused in a form, too", () => {
    const form = `payload=${encodeURIComponent(withJson(nested(200)))}`;
    const payload = readPayload(Buffer.from(form), "application/x-www-form-urlencoded");
    expect(payload).toMatchObject({ ok: false, problem: expect.stringContaining("nested") });
  });

  it("is not what brackets in a text look like, be it with quotes", () => {
    const text = `\\"${"[{".repeat(100_000)}\\`;
    expect(read(withJson(JSON.stringify(text)))).toMatchObject({ ok: true, value: { member: text } });
  });

  it("is read where it is short: that costs nothing", () => {
    expect(read(`{"member":${nested(1_000)}}`)).toMatchObject({ ok: true });
  });
});
