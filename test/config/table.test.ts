import { readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";

import { editorSchema } from "../../src/config/editor.ts";
import { insertTable, settingsTable } from "../../src/config/table.ts";
import { adapters as real } from "../../src/forges/index.ts";
import { adapters } from "./adapters.ts";

describe("what is made from the schema", () => {
  it("is the table in docs/configuration.md (else: npm run -s forgehand -- config docs)", () => {
    const page = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");
    expect(insertTable(page, settingsTable(real))).toBe(page);
  });

  it("is a JSON Schema that takes a good file and refuses a bad one", () => {
    const validate = new Ajv2020({ strict: false }).compile(editorSchema(adapters));
    const forges = { a: { kind: "hubbub", token: "t", webhookSecret: ["s"] } };
    const test = { on: { label: "go" }, run: "make", timeout: "5m" };
    expect(validate({ forges, automations: { test } })).toBe(true);
    expect(validate({ forges, automations: { test: { ...test, tiemout: "5m" } } })).toBe(false);
    expect(validate({ forges: { a: { ...forges.a, kind: "svn" } } })).toBe(false);
  });
});
