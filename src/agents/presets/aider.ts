import { join } from "node:path";

import { textParser } from "../parsers/text.ts";
import type { Given, Preset } from "../preset.ts";
import { ANTHROPIC, GEMINI, OPENAI_CHAT } from "./apis.ts";

/** aider, which is not on npm: by its documentation (https://aider.chat/docs/config/options.html), not run by us. */
export const aider: Preset = {
  name: "aider",
  program: "aider",
  versionLine: /^aider (\d+\.\d+\.\d+)/,
  apis: [
    { ...OPENAI_CHAT, prefix: "openai/" },
    { ...ANTHROPIC, prefix: "anthropic/" },
    { ...GEMINI, prefix: "gemini/" },
  ],
  model: "anthropic/claude-opus-5-5",
  prompt: "file",
  argv: (given) => [
    "--message-file",
    given.promptFile,
    "--model",
    `${providerOf(given)}/${given.model}`,
    "--yes-always",
    // The commit is ours, made from the files.
    "--no-auto-commits",
    "--no-dirty-commits",
    "--no-gitignore",
    "--no-stream",
    "--no-pretty",
    "--no-check-update",
    "--no-show-release-notes",
    "--no-analytics",
    // Every option can also stand in `.aider.conf.yml` and `.env` of the repository, commands for lint and test too.
    "--config",
    join(given.home, CONFIG),
    "--env-file",
    "/dev/null",
    "--no-auto-lint",
    "--no-auto-test",
    "--chat-history-file",
    join(given.tmp, "aider.chat.history.md"),
    "--input-history-file",
    join(given.tmp, "aider.input.history"),
    ...given.args,
  ],
  environment: (given) => ({ AIDER_ANALYTICS: "false", ...addressOf(given) }),
  home: () => ({ [CONFIG]: "{}\n" }),
  hosts: [],
  done: [0],
  parser: textParser,
};

const CONFIG = "aider.conf.yml";

/** The name of the API in litellm, which aider asks models by. */
function providerOf({ dialect }: Given): string {
  return dialect === "openai-chat" ? "openai" : dialect;
}

function addressOf({ dialect, origin, key }: Given): Record<string, string> {
  if (dialect === "anthropic") return { ANTHROPIC_API_BASE: origin, ANTHROPIC_API_KEY: key };
  if (dialect === "gemini") return { GEMINI_API_BASE: origin, GEMINI_API_KEY: key };
  return { OPENAI_API_BASE: `${origin}/v1`, OPENAI_API_KEY: key };
}
