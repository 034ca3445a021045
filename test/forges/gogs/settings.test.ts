import { describe, expect, it } from "@jest/globals";

import type { DeliveryHeaders } from "../../../src/core/delivery.ts";
import { addressesOf } from "../../../src/forges/gogs/addresses.ts";
import { gogs } from "../../../src/forges/gogs/index.ts";

const account = { kind: "gogs", url: "https://gogs.example", token: "x", webhookSecret: "s" };

function problemsOf(written: object): string[] {
  const { error } = gogs.settings.safeParse(written);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("the settings of a Gogs", () => {
  it("are its address, a token and one secret or several", () => {
    expect(gogs.settings.parse(account)).toMatchObject({ ...account, webhookSecret: ["s"] });
    const webhookSecret = ["new", "old"];
    expect(gogs.settings.parse({ ...account, webhookSecret })).toMatchObject({ webhookSecret });
  });

  it.each([
    ["no address", { ...account, url: undefined }, "url: "],
    ["an address that shows the token", { ...account, url: "http://gogs.example" }, "url: Write an https"],
    ["no token", { ...account, token: undefined }, "token: Write the access token"],
    ["an empty token", { ...account, token: "" }, "token: Write the access token"],
    ["an empty secret", { ...account, webhookSecret: "" }, "webhookSecret.0: Write a secret"],
    ["an empty secret beside a real one", { ...account, webhookSecret: ["s", ""] }, "webhookSecret.1: Write"],
    ["no secret", { ...account, webhookSecret: [] }, "webhookSecret: Write the secret"],
    ["a setting that is not known", { ...account, apiUrl: "https://gogs.example" }, ": Unrecognized key"],
  ])("are refused with %s", (_case, written, problem) => {
    expect(problemsOf(written)).toEqual([expect.stringContaining(problem)]);
  });

  it("keep the path that a server is served under", () => {
    const { url } = gogs.settings.parse({ ...account, url: "https://acme.example/git/" });
    const base = "https://acme.example/git";
    expect(addressesOf({ url })).toEqual({ web: base, api: `${base}/api/v1`, git: base });
    const apart = { url, gitUrl: "https://git.acme.example" };
    expect(addressesOf(apart)).toMatchObject({ web: base, git: "https://git.acme.example" });
  });
});

describe("a Gogs from the environment alone", () => {
  it("is none where neither token nor secret is set", () => {
    expect(gogs.fromEnvironment({ GOGS_URL: "https://gogs.example", GOGS_TOKEN: "" })).toBeUndefined();
  });

  it("is its address, a token and a secret", () => {
    const environment = {
      GOGS_URL: "https://gogs.example",
      GOGS_TOKEN: "x",
      GOGS_WEBHOOK_SECRET: "s",
    };
    expect(gogs.fromEnvironment(environment)).toEqual(account);
    expect(problemsOf(account)).toEqual([]);
  });

  it("is refused by its schema while a part is missing", () => {
    expect(problemsOf(gogs.fromEnvironment({ GOGS_TOKEN: "x" }) ?? {})).toEqual([
      expect.stringContaining("url: "),
    ]);
  });
});

describe("the address that serves all forges", () => {
  it("takes a request for Gogs' where no other forge's header stands beside its own", () => {
    const recognised = (headers: DeliveryHeaders) => gogs.recognises({ headers, body: Buffer.from("") });
    expect(recognised({ "x-gogs-event": "push", "x-github-event": "push" })).toBe(true);
    expect(recognised({ "x-github-event": "push" })).toBe(false);
    for (const other of ["x-gitea-event", "x-forgejo-event"]) {
      expect(recognised({ "x-gogs-event": "push", [other]: "push" })).toBe(false);
    }
  });

  const body = Buffer.from("");

  it("finds event and id in the headers; old servers send no id", () => {
    const headers = { "x-gogs-event": "push", "x-gogs-delivery": "a", "x-github-delivery": "b" };
    expect(gogs.identify({ headers, body })).toEqual({ event: "push", id: "a" });
    expect(gogs.identify({ headers: {}, body })).toEqual({ event: "", id: undefined });
    expect(gogs.identify({ headers: { "x-gogs-delivery": "" }, body }).id).toBeUndefined();
  });

  it("keeps no signature", () => {
    expect(gogs.secretHeaders).toEqual(["x-gogs-signature"]);
  });
});
