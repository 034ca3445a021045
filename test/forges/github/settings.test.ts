import { describe, expect, it } from "@jest/globals";

import { addressesOf } from "../../../src/forges/github/addresses.ts";
import { github } from "../../../src/forges/github/index.ts";
import { appKey } from "./api.ts";

const app = { kind: "github", appId: "42", privateKey: appKey, webhookSecret: "s" };
const account = { kind: "github", token: "ghp_x", webhookSecret: "s" };

function problemsOf(written: object): string[] {
  const { error } = github.settings.safeParse(written);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("the settings of a GitHub", () => {
  it("are an App or a token, with one secret or several", () => {
    expect(github.settings.parse({ ...app, appId: 42 })).toMatchObject({ ...app, webhookSecret: ["s"] });
    expect(github.settings.parse({ ...account, webhookSecret: ["new", "old"] })).toMatchObject({
      ...account,
      webhookSecret: ["new", "old"],
    });
  });

  it("say how hard it is pressed, within what a forge bears", () => {
    const limited = (limits: object) => github.settings.safeParse({ ...account, limits });
    expect(github.settings.parse(account).limits).toEqual({ inFlight: 10, longestBreak: 600_000 });
    expect(limited({ inFlight: 250, longestBreak: "10h" }).data?.limits).toEqual({
      inFlight: 250,
      longestBreak: 36_000_000,
    });
    for (const limits of [
      { inFlight: 251 },
      { inFlight: 0 },
      { longestBreak: "11h" },
      { longestBreak: "5s" },
    ]) {
      expect(limited(limits).success).toBe(false);
    }
  });

  it.each([
    ["both an App and a token", { ...app, token: "ghp_x" }, "token: Write either"],
    ["neither of them", { kind: "github", webhookSecret: "s" }, ": Write appId and privateKey"],
    ["a key without its App", { ...app, appId: undefined }, "appId: A privateKey needs"],
    ["an App without its key", { ...app, privateKey: undefined }, "privateKey: An appId needs"],
    ["a name for the number of the App", { ...app, appId: "my-app" }, "appId: Write the App ID"],
    ["a key that is none", { ...app, privateKey: "secret" }, "privateKey: Write the private key"],
    ["an empty token", { ...account, token: "" }, "token: Write a token"],
    ["an empty secret", { ...account, webhookSecret: "" }, "webhookSecret.0: Write a secret"],
    [
      "an empty secret beside a real one",
      { ...account, webhookSecret: ["s", ""] },
      "webhookSecret.1: Write a secret",
    ],
    ["no secret", { ...account, webhookSecret: [] }, "webhookSecret: Write the secret"],
    [
      "Probot's default secret",
      { ...account, webhookSecret: "development" },
      "webhookSecret.0: Choose a secret",
    ],
    [
      "an address that shows the token",
      { ...account, apiUrl: "http://ghe.example.com" },
      "apiUrl: Write an https",
    ],
    [
      "an address with a password",
      { ...account, url: "https://me:pw@ghe.example.com" },
      "url: Write an https",
    ],
    ["no address at all", { ...account, gitUrl: "ghe" }, "gitUrl: Write an https"],
    ["a setting that is not known", { ...account, tokn: "x" }, ": Unrecognized key"],
  ])("are refused with %s", (_case, written, problem) => {
    expect(problemsOf(written)).toEqual([expect.stringContaining(problem)]);
  });

  it("take plain http for this machine", () => {
    expect(
      problemsOf({ ...account, apiUrl: "http://127.0.0.1:9000", gitUrl: "http://localhost:9000/git" }),
    ).toEqual([]);
  });

  it.each([
    ["with line breaks written as \\n", appKey.replaceAll("\n", "\\n")],
    ["in base64", Buffer.from(appKey).toString("base64")],
    ["with spaces for line breaks", appKey.trim().replaceAll("\n", " ")],
    ["with line breaks of Windows", appKey.replaceAll("\n", "\r\n")],
  ])("read a key %s", (_form, privateKey) => {
    expect(github.settings.parse({ ...app, privateKey }).privateKey).toBe(appKey);
  });
});

describe("the addresses of a GitHub", () => {
  it.each([
    [{}, "https://api.github.com", "https://github.com"],
    [{ apiUrl: "https://api.github.com" }, "https://api.github.com", "https://github.com"],
    [{ url: "https://ghe.example.com" }, "https://ghe.example.com/api/v3", "https://ghe.example.com"],
    [
      { apiUrl: "https://ghe.example.com/api/v3" },
      "https://ghe.example.com/api/v3",
      "https://ghe.example.com",
    ],
    [{ url: "https://acme.ghe.com" }, "https://api.acme.ghe.com", "https://acme.ghe.com"],
    [{ apiUrl: "https://api.acme.ghe.com" }, "https://api.acme.ghe.com", "https://acme.ghe.com"],
    [{ apiUrl: "http://127.0.0.1:9" }, "http://127.0.0.1:9", "http://127.0.0.1:9"],
    [
      { apiUrl: "http://127.0.0.1:9", gitUrl: "http://127.0.0.1:8" },
      "http://127.0.0.1:9",
      "http://127.0.0.1:8",
    ],
  ])("of %j are %s and %s", (settings, api, git) => {
    expect(addressesOf(settings)).toEqual({ api, git });
  });
});

describe("a GitHub from the environment alone", () => {
  it("is none where none of its variables is set", () => {
    expect(
      github.fromEnvironment({ PATH: "/bin", GITHUB_API_URL: "https://api.github.com", APP_ID: "" }),
    ).toBeUndefined();
  });

  it("is an App by Probot's variables", () => {
    const environment = { APP_ID: "42", PRIVATE_KEY: appKey, WEBHOOK_SECRET: "s" };
    expect(github.fromEnvironment(environment)).toMatchObject({ ...app, webhookSecret: ["s"] });
  });

  it("leaves a key's path to be expanded", () => {
    const environment = { APP_ID: "42", PRIVATE_KEY_PATH: "./key.pem", WEBHOOK_SECRET: "s" };
    expect(github.fromEnvironment(environment)).toMatchObject({ privateKey: "${file:./key.pem}" });
  });

  it("is an account by a token, with both secrets", () => {
    const environment = {
      GITHUB_PERSONAL_ACCESS_TOKEN: "ghp_x",
      GITHUB_WEBHOOK_SECRET: "theirs",
      WEBHOOK_SECRET: "s",
      GITHUB_API_URL: "https://ghe.example.com/api/v3",
    };
    expect(github.fromEnvironment(environment)).toEqual({
      kind: "github",
      token: "ghp_x",
      apiUrl: "https://ghe.example.com/api/v3",
      webhookSecret: ["s", "theirs"],
    });
  });

  it("prefers the App where both are set", () => {
    const environment = {
      APP_ID: "42",
      PRIVATE_KEY: appKey,
      GITHUB_PERSONAL_ACCESS_TOKEN: "x",
      WEBHOOK_SECRET: "s",
    };
    expect(github.fromEnvironment(environment)).not.toHaveProperty("token");
  });

  it("is an Enterprise Server by GHE_HOST", () => {
    const environment = { GITHUB_PERSONAL_ACCESS_TOKEN: "x", GHE_HOST: "ghe.example.com" };
    expect(github.fromEnvironment(environment)).toMatchObject({ url: "https://ghe.example.com" });
    expect(github.fromEnvironment({ ...environment, GHE_PROTOCOL: "http" })).toMatchObject({
      url: "http://ghe.example.com",
    });
  });
});

describe("the address that serves all forges", () => {
  const body = Buffer.from("");

  it("takes a request for GitHub's by its own headers alone", () => {
    expect(github.recognises({ headers: { "x-github-event": "push" }, body })).toBe(true);
    for (const other of ["x-gitea-event", "x-forgejo-event", "x-gogs-event"]) {
      expect(github.recognises({ headers: { "x-github-event": "push", [other]: "push" }, body })).toBe(false);
    }
  });

  it("finds event and delivery id in the headers", () => {
    const headers = { "x-github-event": "push", "x-github-delivery": "7b1e0d00" };
    expect(github.identify({ headers, body })).toEqual({ event: "push", id: "7b1e0d00" });
    expect(github.identify({ headers: { "x-github-delivery": "" }, body })).toEqual({
      event: "",
      id: undefined,
    });
  });
});
