import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A program that speaks as Codex does and does what a test says, so that no model is asked. */
export interface ScriptedAgent {
  /** As an automation in the config names it. */
  readonly agent: object;
  /** Variables that its automation gives it. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it was told, each time that it was asked, oldest first. */
  prompts(): Promise<string[]>;
  /** Let it stop in the middle of its work from now on. */
  hold(): Promise<void>;
  /** Let it go on. */
  release(): Promise<void>;
}

/** Words in a prompt that let it change nothing. */
export const IDLE = "Leave everything as it is";

/** Each time it adds a line to `greeting.txt`. Written as JavaScript, so that it starts wherever Node is. */
const SCRIPT = `#!/usr/bin/env node
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
const prompt = readFileSync(0, "utf8");
const notes = process.env.NOTES;
const count = readdirSync(notes).filter((name) => name.startsWith("prompt-")).length + 1;
writeFileSync(notes + "/prompt-" + String(count).padStart(3, "0"), prompt);
while (existsSync(notes + "/hold")) await new Promise((resolve) => setTimeout(resolve, 20));
if (!prompt.includes(${JSON.stringify(IDLE)})) appendFileSync("greeting.txt", "Line " + count + "\\n");
const say = (line) => console.log(JSON.stringify(line));
say({ type: "item.completed", item: { type: "agent_message", text: "Line " + count + " is there." } });
say({ type: "turn.completed", usage: { input_tokens: 10, cached_input_tokens: 0, output_tokens: 5 } });
`;

/** Write one into a folder. */
export async function scriptedAgent(folder: string): Promise<ScriptedAgent> {
  const notes = join(folder, "notes");
  await mkdir(notes);
  const program = join(folder, "agent.mjs");
  await writeFile(program, SCRIPT);
  await chmod(program, 0o755);
  return {
    agent: { name: "codex", program, base_url: "http://127.0.0.1:9" },
    environment: { NOTES: notes },
    async prompts() {
      const names = (await readdir(notes)).filter((name) => name.startsWith("prompt-")).sort();
      return Promise.all(names.map((name) => readFile(join(notes, name), "utf8")));
    },
    hold: () => writeFile(join(notes, "hold"), ""),
    release: () => rm(join(notes, "hold"), { force: true }),
  };
}
