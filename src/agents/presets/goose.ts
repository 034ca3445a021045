import { join } from "node:path";

import { textParser } from "../parsers/text.ts";
import type { Given, Preset } from "../preset.ts";
import { ANTHROPIC, OPENAI_CHAT } from "./apis.ts";

/** Goose, which is not on npm: by its documentation (https://block.github.io/goose/docs/), not run by us. */
export const goose: Preset = {
  name: "goose",
  program: "goose",
  versionLine: /^\s*(\d+\.\d+\.\d+)/,
  apis: [
    { ...OPENAI_CHAT, prefix: "openai/" },
    { ...ANTHROPIC, prefix: "anthropic/" },
  ],
  model: "anthropic/claude-opus-5-5",
  prompt: "file",
  argv: ({ promptFile, args }) => [
    "run",
    "--no-session",
    // The extension that edits files and runs commands; a home without settings has none.
    "--with-builtin",
    "developer",
    "-i",
    promptFile,
    ...args,
  ],
  environment: (given) => ({
    GOOSE_MODE: "auto",
    GOOSE_MODEL: given.model,
    GOOSE_DISABLE_KEYRING: "1",
    GOOSE_TELEMETRY_ENABLED: "false",
    XDG_CONFIG_HOME: join(given.home, ".config"),
    XDG_DATA_HOME: join(given.home, ".local/share"),
    XDG_STATE_HOME: join(given.home, ".local/state"),
    ...addressOf(given),
  }),
  home: () => ({}),
  hosts: [],
  done: [0],
  parser: textParser,
};

function addressOf({ dialect, origin, key }: Given): Record<string, string> {
  if (dialect === "anthropic") {
    return { GOOSE_PROVIDER: "anthropic", ANTHROPIC_HOST: origin, ANTHROPIC_API_KEY: key };
  }
  return {
    GOOSE_PROVIDER: "openai",
    OPENAI_HOST: origin,
    OPENAI_BASE_PATH: "v1/chat/completions",
    OPENAI_API_KEY: key,
  };
}
