import { describe, expect, it } from "@jest/globals";

import type { DeliveryHeaders } from "../../../src/core/delivery.ts";
import { addressesOf } from "../../../src/forges/bitbucket-cloud/addresses.ts";
import { bitbucketCloud } from "../../../src/forges/bitbucket-cloud/index.ts";

const access = { kind: "bitbucket-cloud", token: "access-token", webhookSecret: "s" };
const api = { ...access, email: "bot@example.com", token: "ATATT-token" };

function problemsOf(written: object): string[] {
  const { error } = bitbucketCloud.settings.safeParse(written);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("the settings of Bitbucket Cloud", () => {
  it("are an access token, or an API token with its e-mail, with one secret or several", () => {
    expect(bitbucketCloud.settings.parse(access)).toMatchObject({ ...access, webhookSecret: ["s"] });
    const webhookSecret = ["new", "old"];
    expect(bitbucketCloud.settings.parse({ ...api, webhookSecret })).toMatchObject({ ...api, webhookSecret });
  });

  it.each([
    ["no token", { ...access, token: undefined }, "token: Write an API token"],
    ["an empty token", { ...access, token: "" }, "token: Write an API token"],
    ["an API token without its e-mail", { ...api, email: undefined }, "email: An API token needs"],
    ["a name for the e-mail", { ...api, email: "forgehand" }, "email: Write the e-mail"],
    ["an e-mail that would end the name", { ...api, email: "a:b@example.com" }, "email: Write the e-mail"],
    ["an empty secret", { ...access, webhookSecret: "" }, "webhookSecret.0: Write a secret"],
    ["an empty one beside a real one", { ...access, webhookSecret: ["s", ""] }, "webhookSecret.1: Write a"],
    ["no secret", { ...access, webhookSecret: [] }, "webhookSecret: Write the secret"],
    [
      "an address that shows the token",
      { ...access, apiUrl: "http://bitbucket.example" },
      "apiUrl: Write an",
    ],
    ["an address with a password", { ...access, url: "https://me:pw@bitbucket.org" }, "url: Write an https"],
    ["a setting that is not known", { ...access, username: "x" }, ": Unrecognized key"],
  ])("are refused with %s", (_case, written, problem) => {
    expect(problemsOf(written)).toEqual([expect.stringContaining(problem)]);
  });
});

describe("the addresses of Bitbucket Cloud", () => {
  const cloud = {
    api: "https://api.bitbucket.org/2.0",
    web: "https://bitbucket.org",
    git: "https://bitbucket.org",
  };

  it.each([
    [{}, cloud],
    [{ apiUrl: "http://127.0.0.1:9/2.0" }, { ...cloud, api: "http://127.0.0.1:9/2.0" }],
    [{ gitUrl: "http://127.0.0.1:9" }, { ...cloud, git: "http://127.0.0.1:9" }],
    [{ url: "http://localhost:9" }, { ...cloud, web: "http://localhost:9", git: "http://localhost:9" }],
  ])("of %j are %j", (settings, addresses) => {
    expect(addressesOf(settings)).toEqual(addresses);
  });
});

describe("Bitbucket Cloud from the environment alone", () => {
  it("is none where neither token nor secret is set", () => {
    const environment = { BITBUCKET_CLOUD_EMAIL: "bot@example.com", BITBUCKET_CLOUD_TOKEN: "" };
    expect(bitbucketCloud.fromEnvironment(environment)).toBeUndefined();
  });

  it("is an access token, or an API token where there is an e-mail", () => {
    const environment = { BITBUCKET_CLOUD_TOKEN: "access-token", BITBUCKET_CLOUD_WEBHOOK_SECRET: "s" };
    expect(bitbucketCloud.fromEnvironment(environment)).toEqual(access);
    const written = bitbucketCloud.fromEnvironment({
      ...environment,
      BITBUCKET_CLOUD_TOKEN: "ATATT-token",
      BITBUCKET_CLOUD_EMAIL: "bot@example.com",
    });
    expect(written).toEqual(api);
    expect(problemsOf(written ?? {})).toEqual([]);
  });

  it("is refused by its schema while a half is missing", () => {
    expect(problemsOf(bitbucketCloud.fromEnvironment({ BITBUCKET_CLOUD_WEBHOOK_SECRET: "s" }) ?? {})).toEqual(
      [expect.stringContaining("token: Write an API token")],
    );
  });
});

describe("the address that serves all forges", () => {
  it("tells Cloud from Data Center, which has the header of the event in common", () => {
    const event = { "x-event-key": "repo:push" };
    const recognised = (headers: DeliveryHeaders) =>
      bitbucketCloud.recognises({ headers, body: Buffer.from("") });
    expect(recognised({ ...event, "x-hook-uuid": "h" })).toBe(true);
    expect(recognised({ ...event, "x-request-uuid": "r" })).toBe(true);
    expect(recognised({ ...event, "x-request-id": "r" })).toBe(false);
    expect(recognised({ "x-hook-uuid": "h" })).toBe(false);
  });

  it("finds event and delivery id in the headers, and never takes the webhook's own UUID for the id", () => {
    const body = Buffer.from("");
    const headers = { "x-event-key": "repo:push", "x-request-uuid": "7b1e", "x-hook-uuid": "4407" };
    expect(bitbucketCloud.identify({ headers, body })).toEqual({ event: "repo:push", id: "7b1e" });
    const bare = { "x-hook-uuid": "4407", "x-request-uuid": "" };
    expect(bitbucketCloud.identify({ headers: bare, body })).toEqual({ event: "", id: undefined });
  });
});
