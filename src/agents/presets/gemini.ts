import { geminiParser } from "../parsers/gemini.ts";
import type { Failure } from "../parsers/parser.ts";
import { failureOfStatus } from "../parsers/status.ts";
import type { Preset } from "../preset.ts";
import { GEMINI } from "./apis.ts";

/** Gemini CLI of Google. */
export const gemini: Preset = {
  name: "gemini",
  program: "gemini",
  npm: { package: "@google/gemini-cli", native: () => [] },
  verified: "0.61.0",
  versionLine: /^(\d+\.\d+\.\d+)$/,
  apis: [GEMINI],
  model: "gemini-3-pro-preview",
  prompt: "stdin",
  argv: ({ model, args }) => [
    // Trusts the folder for this session alone, and leaves out the repository's settings all the same.
    "--skip-trust",
    "--approval-mode",
    "yolo",
    "-o",
    "stream-json",
    "-m",
    model,
    ...args,
  ],
  environment: ({ origin, key, home }) => ({
    GEMINI_API_KEY: key,
    GOOGLE_GEMINI_BASE_URL: origin,
    GEMINI_CLI_HOME: home,
  }),
  home: () => ({ ".gemini/settings.json": JSON.stringify(SETTINGS) }),
  hosts: [],
  done: [0],
  meaning,
  parser: geminiParser,
};

/** Without `selectedType` an address in the environment selects a login that needs a person. */
const SETTINGS = {
  security: { auth: { selectedType: "gemini-api-key" } },
  general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
};

/** Beside these a failure of the model ends with its HTTP status modulo 256. */
const CODES: Readonly<Record<number, Failure>> = {
  41: { error: "auth", detail: "It could not sign in." },
  42: { error: "program", detail: "It did not understand its arguments or its input." },
  53: { error: "limit", detail: "It reached its limit of turns." },
  55: { error: "program", detail: "It does not trust the folder." },
};

function meaning(code: number): Failure | undefined {
  const known = CODES[code];
  if (known !== undefined) return known;
  const status = code + 256;
  return status >= 400 && status < 512 ? failureOfStatus(status) : undefined;
}
