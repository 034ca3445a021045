import { join } from "node:path";

import { copilotParser } from "../parsers/copilot.ts";
import type { Preset } from "../preset.ts";
import { OPENAI_CHAT } from "./apis.ts";

const USAGE_FILE = "copilot-usage.json";

/**
 * Copilot CLI of GitHub, with a model API of one's own. GitHub's own models take a GitHub token and many hosts, which
 * would have to go into the box: they are not served.
 */
export const copilot: Preset = {
  name: "copilot",
  program: "copilot",
  npm: {
    package: "@github/copilot",
    native: ({ platform, architecture }) =>
      platform === "linux"
        ? ["linux", "linuxmusl"].map((system) => `@github/copilot-${system}-${architecture}/copilot`)
        : [`@github/copilot-${platform}-${architecture}/copilot`],
  },
  verified: "1.0.102",
  versionLine: /^GitHub Copilot CLI (\d+\.\d+\.\d+)\.$/,
  apis: [OPENAI_CHAT],
  model: "gpt-5.5",
  prompt: "stdin",
  argv: ({ tmp, args }) => [
    "--allow-all",
    "--no-ask-user",
    "--no-auto-update",
    "--output-format",
    "json",
    // What the repository says to agents does not count; its hooks and MCP servers need `--trust-folder`, never given.
    "--no-custom-instructions",
    "--disable-builtin-mcps",
    "--usage-output-file",
    join(tmp, USAGE_FILE),
    ...args,
  ],
  environment: ({ origin, key, home, model }) => ({
    COPILOT_PROVIDER_TYPE: "openai",
    COPILOT_PROVIDER_BASE_URL: `${origin}/v1`,
    COPILOT_PROVIDER_API_KEY: key,
    COPILOT_PROVIDER_WIRE_API: "completions",
    COPILOT_MODEL: model,
    COPILOT_HOME: join(home, ".copilot"),
    XDG_CACHE_HOME: join(home, ".cache"),
    // No sign-in at GitHub, no telemetry, no tools that ask the web.
    COPILOT_OFFLINE: "true",
    COPILOT_AUTO_UPDATE: "false",
  }),
  home: () => ({}),
  hosts: [],
  done: [0],
  parser: copilotParser,
  usageFile: USAGE_FILE,
};
