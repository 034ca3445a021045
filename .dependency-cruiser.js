/**
 * The import rule: rooms import core and themselves; pipeline.ts imports rooms; app.ts, cli/ and demo/ import
 * pipeline.ts; nothing imports those. An adapter imports core, forges/shared and its own folder.
 *
 * @type {import("dependency-cruiser").IConfiguration}
 */
export default {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    { name: "no-missing-module", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "core-stands-alone",
      comment: "core holds the words and the pure decisions: it imports only itself and zod",
      severity: "error",
      from: { path: "^src/core/" },
      to: { pathNot: "^(src/core/|node_modules/zod/)" },
    },
    {
      name: "rooms-import-core-and-themselves",
      severity: "error",
      from: {
        path: "^src/(config|receive|forges|record|queue|poll|hooks|schedule|prune|operate|match|run|report|dashboard|agents)/",
      },
      to: { path: "^(src|demo|test|bench)/", pathNot: "^src/(core|$1)/" },
    },
    {
      name: "an-adapter-keeps-to-its-folder",
      severity: "error",
      from: { path: "^src/forges/([^/]+)/", pathNot: "^src/forges/shared/" },
      to: { path: "^src/forges/", pathNot: "^src/forges/(shared|$1)/" },
    },
    {
      name: "shared-knows-no-adapter",
      severity: "error",
      from: { path: "^src/forges/shared/" },
      to: { path: "^src/forges/", pathNot: "^src/forges/shared/" },
    },
    {
      name: "nothing-imports-the-doors",
      comment: "app.ts, cli/ and demo/ are where the program starts",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(app\\.ts|cli/)" },
      to: { path: "^(src/app\\.ts|src/cli/|demo/)" },
    },
    {
      name: "only-the-doors-import-the-pipeline",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(app\\.ts|cli/)" },
      to: { path: "^src/pipeline\\.ts$" },
    },
    {
      name: "octokit-stops-at-the-github-door",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(forges/github/|app\\.ts$)" },
      to: { path: "(^|/)node_modules/(probot|@octokit|octokit[^/]*)/" },
    },
    {
      name: "source-knows-no-tests",
      severity: "error",
      from: { path: "^(src|demo)/" },
      to: { path: "^(test|bench)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
