import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { claudeCode } from "../../src/agents/presets/claude-code.ts";
import { codex } from "../../src/agents/presets/codex.ts";
import { aider } from "../../src/agents/presets/aider.ts";
import { gemini } from "../../src/agents/presets/gemini.ts";
import { opencode } from "../../src/agents/presets/opencode.ts";
import { findProgram } from "../../src/agents/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

async function program(path: string, text = "\x7fELF"): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}

async function link(path: string, goal: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await symlink(goal, path);
  return path;
}

const BUILD = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`;

/** Claude Code as npm lays it out, with its build beside or inside of the package. */
async function claude(root: string, where: "beside" | "inside"): Promise<{ link: string; build: string }> {
  const modules = join(root, "node_modules");
  const own = join(modules, "@anthropic-ai/claude-code");
  const starter = await program(join(own, "bin/claude.exe"), "#!/bin/sh\nexit 1\n");
  await writeFile(join(own, "package.json"), "{}");
  const build = join(where === "beside" ? modules : join(own, "node_modules"), BUILD);
  await program(join(build, "claude"));
  await writeFile(join(build, "package.json"), "{}");
  return { link: await link(join(root, "bin/claude"), starter), build };
}

describe("findProgram", () => {
  it.each(["beside", "inside"] as const)("takes the build that npm put %s the package", async (where) => {
    await using folder = await temporaryFolder();
    const { link: started, build } = await claude(folder.path, where);
    expect(await findProgram(claudeCode, started)).toEqual({ argv: [join(build, "claude")], reads: [build] });
  });

  it("takes a program of another origin as it is", async () => {
    await using folder = await temporaryFolder();
    const file = await program(join(folder.path, "claude"));
    expect(await findProgram(claudeCode, file)).toEqual({ argv: [file], reads: [file] });
  });

  it("looks for a name in the absolute folders of the path, in their order", async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, "one/codex"), { recursive: true });
    const file = await program(join(folder.path, "two/codex"));
    await program(join(folder.path, "three/codex"));
    const path = ["one", "two", "three"].map((name) => join(folder.path, name)).join(":");
    expect((await findProgram(codex, undefined, `.:${path}`)).argv).toEqual([file]);
  });

  it("follows links, so that what is read is where the program really is", async () => {
    await using folder = await temporaryFolder();
    const file = await program(join(folder.path, "opt/opencode-1/opencode"));
    const first = await link(join(folder.path, "opt/opencode"), dirname(file));
    const second = await link(join(folder.path, "bin/opencode"), join(first, "opencode"));
    expect(await findProgram(opencode, second)).toEqual({ argv: [file], reads: [file] });
  });

  it("starts JavaScript by our own Node, and lets both be read", async () => {
    await using folder = await temporaryFolder();
    const own = join(folder.path, "node_modules/@google/gemini-cli");
    const script = await program(join(own, "bundle/gemini.js"), "#!/usr/bin/env -S node --x\n");
    const plain = await program(join(own, "bundle/plain.js"), "#!/usr/bin/env node\n");
    await writeFile(join(own, "package.json"), "{}");
    const { argv, reads } = await findProgram(gemini, plain);
    expect(argv).toEqual([process.execPath, plain]);
    expect(reads[0]).toBe(own);
    expect(reads[1]).toMatch(/node$/);
    expect((await findProgram(gemini, script)).argv).toEqual([script]);
  });

  it("lets the virtual environment of a Python program be read, and the Python that it was made from", async () => {
    await using folder = await temporaryFolder();
    const environment = join(folder.path, "tools/aider");
    const python = await program(join(folder.path, "python/bin/python3"));
    const file = await program(join(environment, "bin/aider"), `#!${environment}/bin/python\n`);
    await writeFile(join(environment, "pyvenv.cfg"), `home = ${dirname(python)}\nversion = 3.12\n`);
    expect(await findProgram(aider, file)).toEqual({
      argv: [file],
      reads: [file, environment, dirname(dirname(python))],
    });
  });

  it.each([
    ["a path where nothing is", "/nowhere/claude"],
    ["a name that is not on the path", "claude"],
    ["a path from the working folder", "./claude"],
    ["a folder", "/tmp"],
    ["a file that nobody may execute", import.meta.filename],
  ])("refuses %s, and says what to do", async (_what, name) => {
    await expect(findProgram(claudeCode, name, "/nowhere")).rejects.toMatchObject({
      code: "COMMAND_NOT_STARTED",
      retryable: false,
      message: expect.stringContaining("npm install --global @anthropic-ai/claude-code") as unknown as string,
    });
  });
});
