import { describe, expect, it } from "@jest/globals";
import { z } from "zod";

import { commitId } from "../../../src/forges/shared/commit-id.ts";
import { fullName } from "../../../src/forges/shared/full-name.ts";
import { labelsOf } from "../../../src/forges/shared/labels.ts";
import { payloadText, readPayload } from "../../../src/forges/shared/payload.ts";
import { ignored, read, unreadable } from "../../../src/forges/shared/reading.ts";

describe("a reason", () => {
  it.each([ignored, unreadable])("is never longer than a person reads (%p)", (reading) => {
    expect(reading("short")).toMatchObject({ reason: "short" });
    expect(reading("😀".repeat(100_000))).toMatchObject({ reason: `${"😀".repeat(499)}…` });
  });

  it("lists five problems and how many there are beside", () => {
    const reading = read("push", z.array(z.string()), Array(100).fill(1) as never, () => ignored("read"));
    expect(reading).toMatchObject({
      kind: "unreadable",
      reason: expect.stringMatching(/4: .*; and 95 more$/),
    });
  });
});

it.each([
  ["octo/hello", true],
  ["group/sub/project", true],
  ["octo/.github", true],
  ["", false],
  ["hello", false],
  ["/hello", false],
  ["octo/", false],
  ["octo//hello", false],
  ["../hello", false],
  ["octo/..", false],
  ["octo/./hello", false],
])("the full name %j is one: %p", (name, is) => {
  expect(fullName.safeParse(name).success).toBe(is);
});

it.each([
  ["a".repeat(40), true],
  ["0".repeat(64), true],
  ["a".repeat(41), false],
  ["A".repeat(40), false],
  ["main", false],
])("the commit %j is whole: %p", (id, is) => {
  expect(commitId.safeParse(id).success).toBe(is);
});

it("a payload is written without what is nested deeper than can be written", () => {
  const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
  expect(payloadText({ secret: "", deep, ref: "refs/heads/main" })).toBe(
    '{"secret":"","ref":"refs/heads/main"}',
  );
});

it("the same bytes are read anew where their content type is another", () => {
  const body = Buffer.from('payload={"ref":"main"}');
  expect(readPayload(body, "application/json")).toMatchObject({ ok: false });
  expect(readPayload(body, "application/x-www-form-urlencoded")).toEqual({
    ok: true,
    value: { ref: "main" },
  });
});

it.each([
  [1_000, true],
  [1_001, false],
])("%i labels are read: %p", (count, are) => {
  expect(labelsOf(z.string()).safeParse(Array(count).fill("bug")).success).toBe(are);
});

it("the mark of UTF-8 before a body is no part of it", () => {
  expect(readPayload(Buffer.from("\ufeff{}"))).toEqual({ ok: true, value: {} });
});
