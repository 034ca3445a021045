import type { Api } from "../preset.ts";

/** The vendors' own APIs, which several programs can ask. */
export const ANTHROPIC: Api = {
  dialect: "anthropic",
  vendor: "https://api.anthropic.com",
  keyVariable: "ANTHROPIC_API_KEY",
};

export const OPENAI_RESPONSES: Api = {
  dialect: "openai-responses",
  vendor: "https://api.openai.com/v1",
  keyVariable: "OPENAI_API_KEY",
};

export const OPENAI_CHAT: Api = {
  dialect: "openai-chat",
  vendor: "https://api.openai.com/v1",
  keyVariable: "OPENAI_API_KEY",
};

export const GEMINI: Api = {
  dialect: "gemini",
  vendor: "https://generativelanguage.googleapis.com",
  keyVariable: "GEMINI_API_KEY",
};
