import { describe, expect, it } from "@jest/globals";

import type { DeliveryHeaders } from "../../../src/core/delivery.ts";
import {
  addressesOf,
  apiPath,
  clonePath,
  pagePath,
} from "../../../src/forges/bitbucket-data-center/addresses.ts";
import { bitbucketDataCenter } from "../../../src/forges/bitbucket-data-center/index.ts";

const server = "https://acme.example/bitbucket";
const account = { kind: "bitbucket-data-center", url: server, token: "t", webhookSecret: "s" };

function problemsOf(written: object): string[] {
  const { error } = bitbucketDataCenter.settings.safeParse(written);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("the settings of a Bitbucket Data Center", () => {
  it("are an address and a token, with one secret or several of either sort", () => {
    expect(bitbucketDataCenter.settings.parse(account)).toMatchObject({ ...account, webhookSecret: ["s"] });
    const webhookSecret = ["old", "hook:pass:word"];
    expect(bitbucketDataCenter.settings.parse({ ...account, webhookSecret })).toMatchObject({
      webhookSecret,
    });
  });

  it("keep the context path, and no slash at its end", () => {
    expect(bitbucketDataCenter.settings.parse({ ...account, url: `${server}/` }).url).toBe(server);
  });

  it.each([
    ["no address", { ...account, url: undefined }, "url: "],
    ["an address that shows the token", { ...account, url: "http://acme.example" }, "url: Write an https"],
    ["an address with a name", { ...account, apiUrl: "https://me@acme.example" }, "apiUrl: Write an https"],
    ["no clone address", { ...account, gitUrl: "scm" }, "gitUrl: Write an https"],
    ["no token", { ...account, token: undefined }, "token: Write the HTTP access token"],
    ["an empty token", { ...account, token: "" }, "token: Write the HTTP access token"],
    ["an empty secret", { ...account, webhookSecret: ["s", ""] }, "webhookSecret.1: Write a secret"],
    ["no secret", { ...account, webhookSecret: [] }, "webhookSecret: Write the secret"],
    ["a password alone", { ...account, webhookSecret: ":p" }, "webhookSecret.0: Write user:password"],
    ["a user alone", { ...account, webhookSecret: "hook:" }, "webhookSecret.0: Write user:password"],
    [
      "a secret too long",
      { ...account, webhookSecret: "x".repeat(256) },
      "webhookSecret.0: Write a secret of at",
    ],
    ["a setting that is not known", { ...account, tokn: "x" }, ": Unrecognized key"],
  ])("are refused with %s", (_case, written, problem) => {
    expect(problemsOf(written)).toEqual([expect.stringContaining(problem)]);
  });
});

describe("the addresses of a Bitbucket Data Center", () => {
  it.each([
    [{}, { web: server, api: server, git: `${server}/scm` }],
    [
      { apiUrl: "http://127.0.0.1:7990", gitUrl: "https://mirror.acme.example/scm" },
      { web: server, api: "http://127.0.0.1:7990", git: "https://mirror.acme.example/scm" },
    ],
  ])("with %j are %j", (settings, addresses) => {
    expect(addressesOf({ url: server, ...settings })).toEqual(addresses);
  });

  it.each([
    ["HARB/lamp", "projects/HARB/repos/lamp", "projects/HARB/repos/lamp", "harb/lamp.git"],
    ["~mira/lamp", "projects/~mira/repos/lamp", "users/mira/repos/lamp", "~mira/lamp.git"],
    ["~j.d_x/l.a-m_p", "projects/~j.d_x/repos/l.a-m_p", "users/j.d_x/repos/l.a-m_p", "~j.d_x/l.a-m_p.git"],
  ])("of %s are %s, %s and %s", (fullName, api, page, clone) => {
    expect([apiPath({ fullName }), pagePath({ fullName }), clonePath({ fullName })]).toEqual([
      api,
      page,
      clone,
    ]);
  });
});

describe("a Bitbucket Data Center from the environment alone", () => {
  it("is none where no variable is set", () => {
    const environment = { BITBUCKET_DC_TOKEN: "", BITBUCKET_TOKEN: "of the cloud" };
    expect(bitbucketDataCenter.fromEnvironment(environment)).toBeUndefined();
  });

  it("is an address, a token and a secret", () => {
    const written = bitbucketDataCenter.fromEnvironment({
      BITBUCKET_DC_URL: server,
      BITBUCKET_DC_TOKEN: "t",
      BITBUCKET_DC_WEBHOOK_SECRET: "s",
    });
    expect(written).toEqual(account);
    expect(problemsOf(written ?? {})).toEqual([]);
  });

  it("is refused by its schema while a part is missing", () => {
    const written = bitbucketDataCenter.fromEnvironment({ BITBUCKET_DC_TOKEN: "t" }) ?? {};
    expect(problemsOf(written)).toEqual([expect.stringContaining("url: ")]);
  });
});

describe("the address that serves all forges", () => {
  const body = Buffer.from("");

  it("takes a request for Data Center's by the event, unless Cloud sent it", () => {
    const event = { "x-event-key": "pr:opened", "x-request-id": "a" };
    const recognised = (headers: DeliveryHeaders) => bitbucketDataCenter.recognises({ headers, body });
    expect(recognised(event)).toBe(true);
    expect(recognised({ "x-request-id": "a" })).toBe(false);
    for (const cloud of ["x-hook-uuid", "x-request-uuid"]) {
      expect(recognised({ ...event, [cloud]: "b" })).toBe(false);
    }
  });

  it("finds event and id in the headers", () => {
    const headers = { "x-event-key": "pr:opened", "x-request-id": "a" };
    expect(bitbucketDataCenter.identify({ headers, body })).toEqual({ event: "pr:opened", id: "a" });
    const empty = { "x-request-id": "" };
    expect(bitbucketDataCenter.identify({ headers: empty, body })).toEqual({ event: "", id: undefined });
  });
});
