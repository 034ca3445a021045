import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { beforeAll, describe, expect, it } from "@jest/globals";

const root = join(import.meta.dirname, "..");

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
}

/** What the rules say about a tree; each file is given with what it imports. */
function cruise(files: Readonly<Record<string, readonly string[]>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), "forgehand-import-rule-"));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  try {
    write("tsconfig.json", '{ "compilerOptions": { "module": "nodenext" } }');
    for (const library of ["zod", "probot", "@octokit/webhooks", "octokit-plugin"]) {
      write(`node_modules/${library}/package.json`, JSON.stringify({ name: library, main: "index.js" }));
      write(`node_modules/${library}/index.js`, "module.exports = {};");
    }
    for (const [path, imports] of Object.entries(files)) {
      write(path, `${imports.map((name) => `import "${name}";`).join("\n")}\nexport {};\n`);
    }
    const cruiser = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
    const rules = join(root, ".dependency-cruiser.js");
    const { stdout } = spawnSync(
      process.execPath,
      [cruiser, "--config", rules, "--output-type", "json", "src", "demo", "test"],
      { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
    );
    const { summary } = JSON.parse(stdout) as { summary: { violations: Violation[] } };
    return summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it("lets rooms import core and themselves, and the doors import the pipeline", () => {
  expect(
    cruise({
      "src/core/event.ts": [],
      "src/core/job.ts": ["./event.ts", "zod"],
      "src/run/run.ts": ["../core/job.ts", "./git.ts", "node:fs"],
      "src/run/git.ts": [],
      "src/forges/index.ts": ["./github/index.ts"],
      "src/forges/github/index.ts": ["../shared/http.ts", "../../core/job.ts", "./app.ts", "probot"],
      "src/forges/github/app.ts": ["@octokit/webhooks"],
      "src/forges/shared/http.ts": [],
      "src/pipeline.ts": ["./run/run.ts", "./forges/index.ts"],
      "src/app.ts": ["./pipeline.ts", "probot"],
      "src/cli/forgehand.ts": ["../pipeline.ts", "./serve.ts"],
      "src/cli/serve.ts": [],
      "demo/demo.ts": ["../src/pipeline.ts"],
      "test/run/run.test.ts": ["../../src/run/run.ts", "../../src/forges/index.ts"],
    }),
  ).toEqual([]);
});

describe("the import rule bites", () => {
  let violations: string[] = [];

  beforeAll(() => {
    violations = cruise({
      "src/app.ts": [],
      "src/cli/serve.ts": [],
      "src/match/match.ts": [],
      "src/run/run.ts": [],
      "src/forges/github/app.ts": [],
      "src/forges/index.ts": [],
      "test/support.ts": [],
      // One sin in each of these.
      "src/core/room.ts": ["../run/run.ts"],
      "src/core/node.ts": ["node:fs"],
      "src/core/octokit.ts": ["@octokit/webhooks"],
      "src/run/other-room.ts": ["../match/match.ts"],
      "src/run/test.ts": ["../../test/support.ts"],
      "src/run/pipeline.ts": ["../pipeline.ts"],
      "src/run/probot.ts": ["probot"],
      "src/run/nowhere.ts": ["./missing.ts"],
      "src/run/round.ts": ["./about.ts"],
      "src/run/about.ts": ["./round.ts"],
      "src/forges/gitlab/sibling.ts": ["../github/app.ts"],
      "src/forges/gitlab/list.ts": ["../index.ts"],
      "src/forges/gitlab/octokit.ts": ["octokit-plugin"],
      "src/forges/shared/adapter.ts": ["../github/app.ts"],
      "src/pipeline.ts": ["./app.ts"],
      "src/other-pipeline.ts": ["./cli/serve.ts"],
      "demo/test.ts": ["../test/support.ts"],
    });
  });

  it.each([
    ["core-stands-alone", "src/core/room.ts"],
    ["core-stands-alone", "src/core/node.ts"],
    ["rooms-import-core-and-themselves", "src/run/other-room.ts"],
    ["rooms-import-core-and-themselves", "src/run/test.ts"],
    ["an-adapter-keeps-to-its-folder", "src/forges/gitlab/sibling.ts"],
    ["an-adapter-keeps-to-its-folder", "src/forges/gitlab/list.ts"],
    ["shared-knows-no-adapter", "src/forges/shared/adapter.ts"],
    ["nothing-imports-the-doors", "src/pipeline.ts"],
    ["nothing-imports-the-doors", "src/other-pipeline.ts"],
    ["only-the-doors-import-the-pipeline", "src/run/pipeline.ts"],
    ["octokit-stops-at-the-github-door", "src/core/octokit.ts"],
    ["octokit-stops-at-the-github-door", "src/run/probot.ts"],
    ["octokit-stops-at-the-github-door", "src/forges/gitlab/octokit.ts"],
    ["source-knows-no-tests", "demo/test.ts"],
    ["no-circles", "src/run/about.ts"],
    ["no-missing-module", "src/run/nowhere.ts"],
  ])("%s: %s", (rule, file) => {
    expect(violations).toContain(`${rule}: ${file}`);
  });
});
