import { describe, expect, it } from "@jest/globals";

import { addressesOf } from "../../../src/forges/azure-devops/addresses.ts";
import { azureDevOps } from "../../../src/forges/azure-devops/index.ts";

const account = {
  kind: "azure-devops",
  url: "https://dev.azure.com/harbour",
  token: "t",
  webhookSecret: "s",
};

function problemsOf(written: object): string[] {
  const { error } = azureDevOps.settings.safeParse(written);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("the settings of an Azure DevOps", () => {
  it("are an organization, a token and one password or several", () => {
    const parsed = azureDevOps.settings.parse(account);
    expect(parsed).toMatchObject({ ...account, webhookSecret: ["s"], apiVersion: "7.1" });
    const webhookSecret = ["s", "hook:old"];
    expect(azureDevOps.settings.parse({ ...account, webhookSecret })).toMatchObject({ webhookSecret });
  });

  it.each([
    "https://dev.azure.com/harbour/",
    "https://harbour.visualstudio.com",
    "https://devops.example.com/tfs/DefaultCollection",
  ])("take the address %s, without a slash at its end", (url) => {
    expect(azureDevOps.settings.parse({ ...account, url }).url).toBe(url.replace(/\/$/, ""));
  });

  it.each([
    ["no address", { ...account, url: undefined }, "url: "],
    ["no organization", { ...account, url: "https://dev.azure.com" }, "url: Write the organization"],
    ["an address that shows the token", { ...account, url: "http://tfs.example/c" }, "url: Write an https"],
    [
      "an address with a user",
      { ...account, url: "https://me@dev.azure.com/harbour" },
      "url: Write an https",
    ],
    ["no token", { ...account, token: undefined }, "token: Write the personal access token"],
    ["an empty token", { ...account, token: "" }, "token: Write the personal access token"],
    ["an empty password", { ...account, webhookSecret: "" }, "webhookSecret.0: Write a password"],
    ["no password", { ...account, webhookSecret: [] }, "webhookSecret: Write the password"],
    [
      "a repository without its project",
      { ...account, workItems: ["lighthouse"] },
      "workItems.0: not owner and name",
    ],
    ["a version of a preview", { ...account, apiVersion: "7.1-preview.4" }, "apiVersion: Write a version"],
    ["a setting that is not known", { ...account, tokn: "x" }, ": Unrecognized key"],
  ])("are refused with %s", (_case, written, problem) => {
    expect(problemsOf(written)).toEqual([expect.stringContaining(problem)]);
  });
});

describe("the addresses of an Azure DevOps", () => {
  const services = "https://dev.azure.com/harbour";
  const server = "https://devops.example.com/tfs/Default";

  it.each([
    [{ url: services }, services, "https://vssps.dev.azure.com/harbour", services],
    [
      { url: "https://harbour.visualstudio.com" },
      "https://harbour.visualstudio.com",
      "https://harbour.vssps.visualstudio.com",
      "https://harbour.visualstudio.com",
    ],
    [{ url: server }, server, server, server],
    [{ url: server, apiUrl: "http://127.0.0.1:9/x" }, "http://127.0.0.1:9/x", "http://127.0.0.1:9/x", server],
    [
      { url: services, identityUrl: server, gitUrl: "http://127.0.0.1:8" },
      services,
      server,
      "http://127.0.0.1:8",
    ],
  ])("of %j are %s, %s and %s", (settings, api, identities, git) => {
    expect(addressesOf(settings)).toEqual({ web: settings.url, api, identities, git });
  });
});

describe("an Azure DevOps from the environment alone", () => {
  it("is none where neither token nor password is set", () => {
    expect(
      azureDevOps.fromEnvironment({ AZURE_DEVOPS_URL: account.url, AZURE_DEVOPS_TOKEN: "" }),
    ).toBeUndefined();
  });

  it("is an organization, a token and a password", () => {
    const written = azureDevOps.fromEnvironment({
      AZURE_DEVOPS_URL: account.url,
      AZURE_DEVOPS_TOKEN: "t",
      AZURE_DEVOPS_EXT_PAT: "of the Azure CLI",
      AZURE_DEVOPS_WEBHOOK_PASSWORD: "s",
    });
    expect(written).toEqual({ ...account, webhookSecret: ["s"] });
    expect(problemsOf(written ?? {})).toEqual([]);
  });

  it("takes the token of the Azure CLI, and is refused by its schema while something is missing", () => {
    const written = azureDevOps.fromEnvironment({ AZURE_DEVOPS_EXT_PAT: "t" }) ?? {};
    expect(written).toMatchObject({ token: "t" });
    expect(problemsOf(written)).toEqual([
      expect.stringContaining("url: "),
      expect.stringContaining("webhookSecret: Write the password"),
    ]);
  });
});

describe("the address that serves all forges", () => {
  const authorization = "Basic aG9vazpz";
  const told = (body: string, headers: Record<string, string> = { authorization }) => ({
    headers,
    body: Buffer.from(body),
  });
  const push = '{"id":"an-id","eventType":"git.push","publisherId":"tfs"}';

  it("takes a request by its body, where it comes with basic authentication", () => {
    expect(azureDevOps.recognises(told(push))).toBe(true);
    expect(azureDevOps.recognises(told(push, {}))).toBe(false);
    expect(azureDevOps.recognises(told(push, { authorization: "Bearer x" }))).toBe(false);
  });

  it.each(["", "{}", "[]", "not json", '{"eventType":"git.push"}', '{"eventType":4,"publisherId":"tfs"}'])(
    "takes none whose body is %j",
    (body) => {
      expect(azureDevOps.recognises(told(body))).toBe(false);
    },
  );

  it.each(["x-vss-subscriptionid", "x-vss-activityid"])("takes a request with the header %s", (name) => {
    expect(azureDevOps.recognises(told("not json", { [name]: "x" }))).toBe(true);
  });

  it("finds event and id in the body, and none where there is none", () => {
    expect(azureDevOps.identify(told(push))).toEqual({ event: "git.push", id: "an-id" });
    for (const body of ["not json", "{}", '{"id":7,"eventType":[]}', '{"id":"","eventType":""}']) {
      expect(azureDevOps.identify(told(body))).toEqual({ event: "", id: undefined });
    }
  });

  it("keeps no password", () => {
    expect(azureDevOps.secretHeaders).toEqual(["authorization"]);
  });
});
