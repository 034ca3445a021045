import { describe, expect, it } from "@jest/globals";

import { addressesOf } from "../../../src/forges/gitlab/addresses.ts";
import { gitlab } from "../../../src/forges/gitlab/index.ts";

const SIGNING = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const account = { kind: "gitlab", token: "glpat-x", webhookSecret: "s" };

function problemsOf(written: object): string[] {
  const { error } = gitlab.settings.safeParse(written);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("the settings of a GitLab", () => {
  it("are a token with one secret or several, of either sort", () => {
    expect(gitlab.settings.parse(account)).toMatchObject({ ...account, webhookSecret: ["s"] });
    const webhookSecret = [SIGNING, "old"];
    expect(gitlab.settings.parse({ ...account, webhookSecret })).toMatchObject({ webhookSecret });
  });

  it("keep the path of a server, and no slash at its end", () => {
    const url = "https://acme.example/gitlab/";
    expect(gitlab.settings.parse({ ...account, url }).url).toBe("https://acme.example/gitlab");
  });

  it.each([
    ["no token", { ...account, token: undefined }, "token: Write the access token"],
    ["an empty token", { ...account, token: "" }, "token: Write the access token"],
    ["an empty secret", { ...account, webhookSecret: "" }, "webhookSecret.0: Write a secret"],
    [
      "an empty secret beside a real one",
      { ...account, webhookSecret: ["s", ""] },
      "webhookSecret.1: Write a secret",
    ],
    ["no secret", { ...account, webhookSecret: [] }, "webhookSecret: Write the secret"],
    [
      "a signing token without its key",
      { ...account, webhookSecret: "whsec_" },
      "webhookSecret.0: Write the whole",
    ],
    [
      "a signing token that was cut",
      { ...account, webhookSecret: SIGNING.slice(0, 20) },
      "webhookSecret.0: Write the whole",
    ],
    [
      "a signing token of other signs",
      { ...account, webhookSecret: `${SIGNING.slice(0, -4)}!!!!` },
      "webhookSecret.0",
    ],
    [
      "an address that shows the token",
      { ...account, url: "http://gitlab.example.com" },
      "url: Write an https",
    ],
    [
      "an address with a password",
      { ...account, apiUrl: "https://me:pw@gitlab.example" },
      "apiUrl: Write an https",
    ],
    ["no address at all", { ...account, gitUrl: "gitlab" }, "gitUrl: Write an https"],
    ["a setting that is not known", { ...account, tokn: "x" }, ": Unrecognized key"],
  ])("are refused with %s", (_case, written, problem) => {
    expect(problemsOf(written)).toEqual([expect.stringContaining(problem)]);
  });
});

describe("the addresses of a GitLab", () => {
  const server = "https://acme.example/gitlab";

  it.each([
    [{}, "https://gitlab.com", "https://gitlab.com"],
    [{ apiUrl: "https://gitlab.com/api/v4" }, "https://gitlab.com", "https://gitlab.com"],
    [{ url: server }, server, server],
    [{ apiUrl: `${server}/api/v4` }, server, server],
    [{ apiUrl: server }, server, server],
    [{ url: server, apiUrl: "http://127.0.0.1:9/api/v4" }, "http://127.0.0.1:9", server],
    [{ url: server, gitUrl: "https://git.acme.example" }, server, "https://git.acme.example"],
  ])("of %j are %s and %s", (settings, host, git) => {
    expect(addressesOf(settings)).toEqual({ host, git });
  });
});

describe("a GitLab from the environment alone", () => {
  it("is none where neither token nor secret is set", () => {
    const environment = {
      GITLAB_API_URL: "https://gitlab.com",
      GITLAB_BOT_NAME: "bot",
      GITLAB_WEBHOOK_TOKEN: "",
    };
    expect(gitlab.fromEnvironment(environment)).toBeUndefined();
  });

  it("is a token with the secrets of both hooks, and no name", () => {
    const environment = {
      GITLAB_PERSONAL_ACCESS_TOKEN: "glpat-x",
      GITLAB_WEBHOOK_TOKEN: "of the project",
      GITLAB_SYSTEM_HOOK_TOKEN: "of the server",
      GITLAB_API_URL: "https://acme.example/gitlab/api/v4",
      GITLAB_BOT_NAME: "bot",
    };
    const written = gitlab.fromEnvironment(environment);
    expect(written).toEqual({
      kind: "gitlab",
      token: "glpat-x",
      apiUrl: "https://acme.example/gitlab/api/v4",
      webhookSecret: ["of the project", "of the server"],
    });
    expect(problemsOf(written ?? {})).toEqual([]);
  });

  it("is refused by its schema while a half is missing", () => {
    expect(problemsOf(gitlab.fromEnvironment({ GITLAB_WEBHOOK_TOKEN: "s" }) ?? {})).toEqual([
      expect.stringContaining("token: Write the access token"),
    ]);
    expect(problemsOf(gitlab.fromEnvironment({ GITLAB_PERSONAL_ACCESS_TOKEN: "x" }) ?? {})).toEqual([
      expect.stringContaining("webhookSecret: Write the secret"),
    ]);
  });
});

describe("the address that serves all forges", () => {
  it("takes a request for GitLab's by its own header alone", () => {
    expect(gitlab.recognises({ headers: { "x-gitlab-event": "Push Hook" }, body })).toBe(true);
    for (const other of ["x-gitea-event", "x-forgejo-event", "x-gogs-event"]) {
      expect(gitlab.recognises({ headers: { "x-gitlab-event": "Push Hook", [other]: "push" }, body })).toBe(
        false,
      );
    }
  });

  const body = Buffer.from("");
  const idOf = (headers: Record<string, string>) => gitlab.identify({ headers, body }).id;

  it("finds the event in the header", () => {
    expect(gitlab.identify({ headers: { "x-gitlab-event": "Push Hook" }, body }).event).toBe("Push Hook");
    expect(gitlab.identify({ headers: {}, body }).event).toBe("");
  });

  it("finds the id that a resend keeps, never one that is made anew for each request", () => {
    expect(idOf({ "idempotency-key": "a" })).toBe("a");
    expect(idOf({ "webhook-id": "b" })).toBe("b");
    expect(idOf({ "idempotency-key": "", "webhook-id": "" })).toBeUndefined();
    expect(idOf({ "x-gitlab-event-uuid": "c", "x-gitlab-webhook-uuid": "d" })).toBeUndefined();
  });

  it("takes the id that is under the signature, where there is one", () => {
    const ids = { "idempotency-key": "a", "webhook-id": "b" };
    expect(idOf(ids)).toBe("a");
    expect(idOf({ ...ids, "webhook-signature": "v1,x" })).toBe("b");
  });

  it("keeps neither token nor signature", () => {
    expect(gitlab.secretHeaders).toEqual(["x-gitlab-token", "webhook-signature"]);
  });
});
