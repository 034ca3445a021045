/**
 * Paths of a repository, relative to its root, that steer agents: settings, hooks, plugins, servers of tools,
 * instructions, and addresses of the model. Each was seen to be read by one of the programs, or is documented to be; a
 * change of any of them by someone else's code is not to be seen by an agent.
 */
export const STEERING: readonly string[] = [
  ...[".claude", ".mcp.json", "CLAUDE.md", "CLAUDE.local.md"],
  ...["AGENTS.md", "AGENTS.override.md", ".agents", ".codex"],
  ...[".opencode", "opencode.json", "opencode.jsonc", ".kilocode"],
  ...[".gemini", "GEMINI.md", ".qwen", "QWEN.md", ".pi"],
  ...[".clinerules", ".cline", ".cursor", ".cursorrules", ".windsurfrules"],
  ...[".crush", ".crush.json", "crush.json", ".crushrc", ".amp", ".goosehints"],
  ...[".aider.conf.yml", ".aider.model.settings.yml"],
  ...[".github/copilot-instructions.md", ".github/instructions", ".github/agents", ".github/skills"],
  ...[".github/hooks", ".github/copilot", ".github/mcp.json", ".vscode/mcp.json"],
  ".env",
];
