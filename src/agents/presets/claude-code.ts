import { join } from "node:path";

import { claudeParser } from "../parsers/claude.ts";
import type { Preset } from "../preset.ts";
import { ANTHROPIC } from "./apis.ts";

/** Claude Code of Anthropic. */
export const claudeCode: Preset = {
  name: "claude-code",
  program: "claude",
  npm: {
    package: "@anthropic-ai/claude-code",
    native: ({ platform, architecture }) =>
      ["", "-musl"].map((libc) => `@anthropic-ai/claude-code-${platform}-${architecture}${libc}/claude`),
  },
  verified: "2.1.330",
  versionLine: /^(\d+\.\d+\.\d+) \(Claude Code\)$/,
  apis: [ANTHROPIC],
  model: "claude-opus-5-5",
  prompt: "stdin",
  argv: ({ model, args }) => [
    "-p",
    "--output-format",
    "stream-json",
    "--verbose",
    "--dangerously-skip-permissions",
    // The repository's own settings could run commands and send the key elsewhere; its MCP servers are commands too.
    "--setting-sources",
    "user",
    "--strict-mcp-config",
    "--no-session-persistence",
    "--model",
    model,
    ...args,
  ],
  environment: ({ origin, key, home }) => ({
    ANTHROPIC_BASE_URL: origin,
    ANTHROPIC_API_KEY: key,
    CLAUDE_CONFIG_DIR: join(home, ".claude"),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    DISABLE_TELEMETRY: "1",
    DISABLE_ERROR_REPORTING: "1",
    // A key that is refused is tried again for minutes otherwise.
    CLAUDE_CODE_MAX_RETRIES: "2",
    API_TIMEOUT_MS: "300000",
    // It refuses to work without asking as root, unless it is told that somebody else keeps it in bounds.
    IS_SANDBOX: "1",
  }),
  home: () => ({}),
  hosts: [],
  done: [0],
  parser: claudeParser,
};
