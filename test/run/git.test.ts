import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, it } from "@jest/globals";

import { makeGitHome } from "../../src/run/askpass.ts";
import { createGit } from "../../src/run/git.ts";
import { temporaryFolder } from "../support/temporary.ts";

const execute = promisify(execFile);
const { signal } = new AbortController();
const credentials = { username: "bot", password: "the-token" };

describe("our git", () => {
  it("says what it could not do, in git's own words", async () => {
    await using folder = await temporaryFolder();
    const failed = createGit(folder.path)(["rev-parse", "x"], { to: "find x", gitDir: folder.path, signal });
    await expect(failed).rejects.toMatchObject({
      code: "GIT_FAILED",
      retryable: false,
      message: expect.stringMatching(/^Git could not find x: not a git repository/),
    });
  });

  it("may be tried again when nobody answers", async () => {
    await using folder = await temporaryFolder();
    const remote = { url: "http://127.0.0.1:1/octo/hello.git", credentials };
    const failed = createGit(folder.path)(["ls-remote", remote.url], { to: "list branches", remote, signal });
    await expect(failed).rejects.toMatchObject({ code: "GIT_FAILED", retryable: true });
  });

  it("follows no redirect, and takes its token nowhere else", async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      if (request.headers.authorization === undefined)
        response.writeHead(401, { "www-authenticate": "Basic" });
      else response.writeHead(301, { location: request.url?.replace("hello", "elsewhere") });
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    await using folder = await temporaryFolder();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hello.git`;
    const failed = createGit(folder.path)(["ls-remote", url], {
      to: "list branches",
      remote: { url, credentials },
      signal,
    });
    await expect(failed).rejects.toMatchObject({
      code: "GIT_FAILED",
      message: expect.not.stringContaining("the-token"),
    });
    await new Promise((resolve) => server.close(resolve));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((path) => path.includes("elsewhere"))).toEqual([]);
  });

  it("hides its token when the server says it aloud", async () => {
    const server = createServer((request, response) => {
      const given = Buffer.from(request.headers.authorization?.split(" ")[1] ?? "", "base64").toString();
      response.writeHead(given === "" ? 401 : 403, {
        "www-authenticate": "Basic",
        "content-type": "text/plain",
      });
      response.end(`no entry for ${given}\n`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    await using folder = await temporaryFolder();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hello.git`;
    const failed = createGit(folder.path)(["ls-remote", url], {
      to: "list branches",
      remote: { url, credentials },
      signal,
    });
    await expect(failed).rejects.toMatchObject({ message: expect.stringContaining("no entry for bot:***") });
    await new Promise((resolve) => server.close(resolve));
  });

  it("uses no protocol that a call does not ask for", async () => {
    await using folder = await temporaryFolder();
    const failed = createGit(folder.path)(["ls-remote", folder.path], { to: "list branches", signal });
    await expect(failed).rejects.toMatchObject({ message: expect.stringContaining("not allowed") });
  });

  it("ends when its signal aborts", async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    await using folder = await temporaryFolder();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hello.git`;
    const stopping = new AbortController();
    server.once("request", () => stopping.abort(new Error("stopped")));
    const call = { to: "list branches", remote: { url, credentials }, signal: stopping.signal };
    await expect(createGit(folder.path)(["ls-remote", url], call)).rejects.toThrow("stopped");
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe("the program that git asks for name and password", () => {
  it.each([
    ["Username for 'https://forge.example': ", "bot\n"],
    ["Password for 'https://bot@forge.example': ", "the-token\n"],
    ["Password for 'https://bot%40x@forge.example': ", "the-token\n"],
    ["Username for 'https://evil.example': ", undefined],
    ["Password for 'https://bot@evil.example': ", undefined],
    ["Password for 'https://bot@forge.example.evil.example': ", undefined],
    ["Password for 'http://bot@forge.example': ", undefined],
    ["Enter passphrase for key '/home/git/.ssh/id_rsa': ", undefined],
  ])("is asked %s", async (question, answer) => {
    await using folder = await temporaryFolder();
    const { askpass } = await makeGitHome(join(folder.path, "data"));
    const env = {
      PATH: process.env.PATH,
      FORGEHAND_GIT_ORIGIN: "https://forge.example",
      FORGEHAND_GIT_USERNAME: credentials.username,
      FORGEHAND_GIT_PASSWORD: credentials.password,
    };
    const asked = execute(askpass, [question], { env });
    if (answer === undefined) await expect(asked).rejects.toMatchObject({ code: 1, stdout: "" });
    else await expect(asked).resolves.toMatchObject({ stdout: answer });
  });
});
