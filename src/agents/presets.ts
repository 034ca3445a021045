import type { AgentName } from "../core/agent.ts";
import type { Preset } from "./preset.ts";
import { aider } from "./presets/aider.ts";
import { claudeCode } from "./presets/claude-code.ts";
import { codex } from "./presets/codex.ts";
import { copilot } from "./presets/copilot.ts";
import { gemini } from "./presets/gemini.ts";
import { goose } from "./presets/goose.ts";
import { opencode } from "./presets/opencode.ts";

/** The agents that we know, by their names in the config. */
export const presets: Readonly<Record<AgentName, Preset>> = {
  "claude-code": claudeCode,
  codex,
  opencode,
  gemini,
  copilot,
  aider,
  goose,
};
