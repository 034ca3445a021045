import { join } from "node:path";

import { codexParser } from "../parsers/codex.ts";
import type { Given, Preset } from "../preset.ts";
import { KEY_VARIABLE } from "../preset.ts";
import { OPENAI_RESPONSES } from "./apis.ts";

const TARGETS: Readonly<Record<string, string>> = {
  "linux-x64": "x86_64-unknown-linux-musl",
  "linux-arm64": "aarch64-unknown-linux-musl",
  "darwin-x64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
};

/** Codex CLI of OpenAI. */
export const codex: Preset = {
  name: "codex",
  program: "codex",
  npm: {
    package: "@openai/codex",
    native: ({ platform, architecture }) => {
      const machine = `${platform}-${architecture}`;
      const target = TARGETS[machine];
      return target === undefined ? [] : [`@openai/codex-${machine}/vendor/${target}/bin/codex`];
    },
  },
  verified: "0.169.0",
  versionLine: /^codex-cli (\d+\.\d+\.\d+)$/,
  apis: [OPENAI_RESPONSES],
  model: "gpt-5.5-codex",
  prompt: "stdin",
  argv: ({ model, args }) => [
    "exec",
    "--json",
    "--ephemeral",
    "--color",
    "never",
    // Its own sandbox cannot be made inside of ours. A repository is never trusted, so its `.codex` counts for nothing.
    "--dangerously-bypass-approvals-and-sandbox",
    "-c",
    "project_doc_max_bytes=0",
    "-m",
    model,
    ...args,
    "-",
  ],
  environment: ({ key, home }) => ({ CODEX_HOME: join(home, ".codex"), [KEY_VARIABLE]: key }),
  home: (given) => ({ ".codex/config.toml": configOf(given) }),
  hosts: [],
  done: [0],
  parser: codexParser,
};

/** Its settings; a string of JSON is one of TOML too. The shell commands that it runs get all variables but the key. */
function configOf({ origin }: Given): string {
  return `model_provider = "forgehand"
check_for_update_on_startup = false

[analytics]
enabled = false

[otel]
exporter = "none"
metrics_exporter = "none"

[features]
plugins = false

[shell_environment_policy]
inherit = "all"
ignore_default_excludes = true
exclude = [${JSON.stringify(KEY_VARIABLE)}]

[model_providers.forgehand]
name = "Forgehand"
base_url = ${JSON.stringify(`${origin}/v1`)}
env_key = ${JSON.stringify(KEY_VARIABLE)}
wire_api = "responses"
request_max_retries = 2
stream_max_retries = 2
`;
}
