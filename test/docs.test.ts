import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { ERROR_CODES } from "../src/core/errors.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const sourceFiles = ["src", "test"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => join(folder, path)),
  )
  .filter((path) => path.endsWith(".ts"));
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "CHANGELOG.md",
  "src/README.md",
  "src/forges/README.md",
  ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`),
];

it("docs/errors.md lists every error code with its meaning and a remedy, and no other", () => {
  const rows = [...read("docs/errors.md").matchAll(/^\| `(\w+)` +\| (.+?) +\| (.+?) +\|$/gm)];
  const listed = rows.map(([, code, meaning]) => [code, meaning]);
  expect(listed).toEqual(Object.entries(ERROR_CODES));
  for (const [, , , remedy = ""] of rows) expect(remedy).toMatch(/\.$/);
});

it("names only environment variables that the program knows", () => {
  const source = sourceFiles.map(read).join("\n");
  const known = new Set([...source.matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*\b/g)].map(([name]) => name));
  const told = pages.flatMap((page) =>
    // `FORGEHAND_INPUT_<NAME>` is a variable of whoever gives the input.
    [...read(page).matchAll(/\bFORGEHAND_[A-Z_]*[A-Z]\b(?!_)/g)].map(([name]) => name),
  );
  const wrong = told.filter((name) => !known.has(name) && !known.has(name.replace("FORGEHAND_", "")));
  expect(wrong).toEqual([]);
});

describe.each(pages)("%s", (page) => {
  const text = read(page);

  it("links only to what is there", () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)(#[^)]*)?\)/g)].map(([, path = ""]) => path);
    const dead = links.filter((path) => !existsSync(join(root, dirname(page), path)));
    expect(dead).toEqual([]);
  });

  it("names only npm scripts that there are", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});
