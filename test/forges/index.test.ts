import { readdirSync } from "node:fs";

import { expect, it } from "@jest/globals";

import { adapters } from "../../src/forges/index.ts";

const foldersIn = (path: string) =>
  readdirSync(new URL(`../../${path}`, import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

const kinds = adapters.map(({ kind }) => kind).sort();

it("lists an adapter for every folder, and none without one", () => {
  expect(kinds).toEqual(foldersIn("src/forges").filter((name) => name !== "shared"));
});

it("has fixtures for every adapter", () => {
  expect(foldersIn("fixtures")).toEqual(kinds);
});

it("gives every word for a kind to one adapter", () => {
  const words = adapters.flatMap(({ kind, aliases }) => [kind, ...aliases]);
  expect(words).toEqual([...new Set(words)]);
});

it("gives every path to one adapter", () => {
  const paths = adapters.flatMap(({ paths }) => paths);
  expect(paths).toEqual([...new Set(paths)]);
});
