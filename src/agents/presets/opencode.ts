import { join } from "node:path";

import { opencodeParser } from "../parsers/opencode.ts";
import type { Given, Preset } from "../preset.ts";
import { KEY_VARIABLE } from "../preset.ts";
import { ANTHROPIC, OPENAI_CHAT } from "./apis.ts";

/** The provider that its settings name. */
const PROVIDER = "forgehand";

/** opencode. Its models are asked at Anthropic's API (`anthropic/…`) or by Chat Completions (`openai/…`, and without prefix). */
export const opencode: Preset = {
  name: "opencode",
  program: "opencode",
  npm: {
    package: "opencode-ai",
    native: ({ platform, architecture, avx2 }) => {
      const builds = avx2 ? ["", "-baseline"] : ["-baseline", ""];
      return [...builds, ...builds.map((build) => `${build}-musl`)].map(
        (build) => `opencode-${platform}-${architecture}${build}/bin/opencode`,
      );
    },
  },
  verified: "1.18.33",
  versionLine: /^(\d+\.\d+\.\d+)$/,
  apis: [
    { ...OPENAI_CHAT, prefix: "openai/" },
    { ...ANTHROPIC, prefix: "anthropic/" },
  ],
  model: "anthropic/claude-opus-5-5",
  prompt: "stdin",
  argv: ({ model, args }) => [
    "run",
    "--format",
    "json",
    "--auto",
    // Without a title it asks the model for one first.
    "--title",
    "run",
    "-m",
    `${PROVIDER}/${model}`,
    ...args,
  ],
  environment: (given) => ({
    [KEY_VARIABLE]: given.key,
    XDG_CONFIG_HOME: join(given.home, ".config"),
    XDG_DATA_HOME: join(given.home, ".local/share"),
    XDG_STATE_HOME: join(given.home, ".local/state"),
    XDG_CACHE_HOME: join(given.home, ".cache"),
    OPENCODE_CONFIG_CONTENT: JSON.stringify(configOf(given)),
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_MODELS_FETCH: "1",
    OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
    OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
    OPENCODE_DISABLE_SHARE: "1",
    // These keep out the repository's settings and instructions, but not its plugins: those have to be hidden.
    OPENCODE_DISABLE_PROJECT_CONFIG: "1",
    OPENCODE_DISABLE_CLAUDE_CODE: "1",
    OPENCODE_DISABLE_EXTERNAL_SKILLS: "1",
  }),
  home: () => ({}),
  // It asks npm's registry for a helper of its plugins, and waits long where a proxy refuses the name.
  hosts: ["registry.npmjs.org"],
  done: [0],
  parser: opencodeParser,
};

/** Its settings. Both providers are built in, so that nothing is fetched for them. */
function configOf({ dialect, model, origin }: Given): object {
  const provider = {
    npm: dialect === "anthropic" ? "@ai-sdk/anthropic" : "@ai-sdk/openai-compatible",
    options: { baseURL: `${origin}/v1`, apiKey: `{env:${KEY_VARIABLE}}` },
    models: { [model]: { limit: { context: 200_000, output: 32_000 } } },
  };
  return {
    autoupdate: false,
    share: "disabled",
    snapshot: false,
    model: `${PROVIDER}/${model}`,
    small_model: `${PROVIDER}/${model}`,
    provider: { [PROVIDER]: provider },
  };
}
