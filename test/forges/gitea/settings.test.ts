import { describe, expect, it } from "@jest/globals";

import type { DeliveryHeaders } from "../../../src/core/delivery.ts";
import { addressesOf } from "../../../src/forges/gitea/addresses.ts";
import { gitea } from "../../../src/forges/gitea/index.ts";
import { adapters } from "../../../src/forges/index.ts";

const account = { kind: "gitea", url: "https://git.example.com", token: "t", webhookSecret: "s" };

function problemsOf(written: object): string[] {
  const { error } = gitea.settings.safeParse(written);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("the settings of a Gitea", () => {
  it("are an address and a token, with one secret or several", () => {
    expect(gitea.settings.parse(account)).toMatchObject({ ...account, webhookSecret: ["s"] });
    const webhookSecret = ["new", "old"];
    expect(gitea.settings.parse({ ...account, webhookSecret })).toMatchObject({ webhookSecret });
  });

  it("keep the path of a server, and no slash at its end", () => {
    expect(gitea.settings.parse({ ...account, url: "https://acme.example/git/" }).url).toBe(
      "https://acme.example/git",
    );
  });

  it.each([
    ["no address", { ...account, url: undefined }, "url: Write the address"],
    ["no token", { ...account, token: undefined }, "token: Write the access token"],
    ["an empty token", { ...account, token: "" }, "token: Write the access token"],
    ["an empty secret", { ...account, webhookSecret: "" }, "webhookSecret.0: Write a secret"],
    ["no secret", { ...account, webhookSecret: [] }, "webhookSecret: Write the secret"],
    ["an address that shows the token", { ...account, url: "http://git.example.com" }, "url: Write an https"],
    [
      "an address with a password",
      { ...account, apiUrl: "https://me:pw@git.example" },
      "apiUrl: Write an https",
    ],
    ["a setting that is not known", { ...account, tokn: "x" }, ": Unrecognized key"],
  ])("are refused with %s", (_case, written, problem) => {
    expect(problemsOf(written)).toEqual([expect.stringContaining(problem)]);
  });
});

describe("the addresses of a Gitea", () => {
  const server = "https://acme.example/git";

  it.each([
    [{ url: server }, `${server}/api/v1`, server],
    [{ url: server, apiUrl: "http://127.0.0.1:9" }, "http://127.0.0.1:9/api/v1", server],
    [{ url: server, apiUrl: "http://127.0.0.1:9/api/v1" }, "http://127.0.0.1:9/api/v1", server],
    [{ url: server, gitUrl: "https://git.acme.example" }, `${server}/api/v1`, "https://git.acme.example"],
  ])("of %j are %s and %s", (settings, api, git) => {
    expect(addressesOf(settings)).toEqual({ web: server, api, git });
  });
});

describe("a Gitea from the environment alone", () => {
  const giteas = { GITEA_URL: "https://gitea.example", GITEA_TOKEN: "g", GITEA_WEBHOOK_SECRET: "gs" };
  const forgejos = {
    FORGEJO_URL: "https://forgejo.example",
    FORGEJO_TOKEN: "f",
    FORGEJO_WEBHOOK_SECRET: "fs",
  };

  it("is none where neither token nor secret is set", () => {
    expect(gitea.fromEnvironment({ GITEA_URL: "https://gitea.example", FORGEJO_TOKEN: "" })).toBeUndefined();
  });

  it.each([
    ["Gitea", giteas, { url: "https://gitea.example", token: "g", webhookSecret: "gs" }],
    ["Forgejo", forgejos, { url: "https://forgejo.example", token: "f", webhookSecret: "fs" }],
  ])("has address, token and secret by the names of %s", (_product, environment, expected) => {
    const written = gitea.fromEnvironment(environment);
    expect(written).toEqual({ kind: "gitea", ...expected });
    expect(problemsOf(written ?? {})).toEqual([]);
  });

  it("never sends the token of one product to the server of the other", () => {
    expect(gitea.fromEnvironment({ ...giteas, ...forgejos })).toMatchObject({ token: "g" });
    const mixed = gitea.fromEnvironment({ GITEA_URL: giteas.GITEA_URL, ...forgejos, FORGEJO_URL: "" });
    expect(mixed).toEqual({ kind: "gitea", token: "f", webhookSecret: "fs" });
  });

  it("is refused by its schema while a part is missing", () => {
    expect(problemsOf(gitea.fromEnvironment({ GITEA_TOKEN: "g" }) ?? {})).toEqual([
      expect.stringContaining("url: Write the address"),
    ]);
  });
});

describe("the address that serves all forges", () => {
  const sent = { "x-github-event": "push", "x-gogs-event": "push" };
  const body = Buffer.from("");

  it("takes a request for Gitea's or Forgejo's by their own headers alone", () => {
    const recognised = (headers: DeliveryHeaders) => gitea.recognises({ headers, body });
    expect(recognised({ ...sent, "x-gitea-event": "push" })).toBe(true);
    expect(recognised({ ...sent, "x-forgejo-event": "push" })).toBe(true);
    expect(recognised(sent)).toBe(false);
  });

  it("takes it for nobody else's", () => {
    const others = adapters.filter(({ kind }) => kind !== "gitea");
    for (const own of ["x-gitea-event", "x-forgejo-event"]) {
      const request = { headers: { ...sent, [own]: "push" }, body };
      expect(others.filter((adapter) => adapter.recognises(request))).toEqual([]);
    }
  });

  it("finds event and delivery id in the most particular headers", () => {
    const headers = { "x-gitea-event": "push", "x-gitea-delivery": "7b1e0d00" };
    expect(gitea.identify({ headers, body })).toEqual({ event: "push", id: "7b1e0d00" });
    const particular = { ...headers, "x-forgejo-event": "issues", "x-forgejo-delivery": "" };
    expect(gitea.identify({ headers: particular, body })).toEqual({ event: "issues", id: undefined });
    expect(gitea.identify({ headers: sent, body })).toEqual({ event: "", id: undefined });
  });
});
