import { describe, expect, it } from "@jest/globals";
import nock from "nock";

import { silent } from "../../../src/core/log.ts";
import { createSetUp } from "../../../src/forges/github/setup.ts";

const tools = { log: silent, userAgent: "forgehand/test" };
const CODE = "0123456789abcdef0123456789abcdef01234567";
const place = {
  baseUrl: "https://bot.example.com",
  webhookUrl: "https://bot.example.com/webhooks/github",
  state: "st&te",
};
const registered = {
  id: 42,
  pem: "-----BEGIN RSA PRIVATE KEY-----\n…",
  webhook_secret: "made by GitHub",
  html_url: "https://github.com/apps/forgehand",
};

const unescape = (text: string) =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
const attribute = (html: string, pattern: RegExp) => unescape(pattern.exec(html)?.[1] ?? "");

describe("the first page", () => {
  it("posts the manifest and the state to GitHub", () => {
    const page = createSetUp({}).page(place);
    expect(attribute(page, /action="([^"]*)"/)).toBe("https://github.com/settings/apps/new?state=st%26te");
    const manifest = JSON.parse(attribute(page, /name="manifest" value="([^"]*)"/)) as unknown;
    expect(manifest).toMatchObject({
      hook_attributes: { url: "https://bot.example.com/webhooks/github" },
      redirect_url: "https://bot.example.com/probot/setup",
      public: false,
    });
  });

  it("lets no text of an address become markup", () => {
    const page = createSetUp({}).page({ ...place, webhookUrl: `https://x/"'><script>alert(1)</script>` });
    expect(page).not.toContain("<script");
  });

  it("goes to the Enterprise Server and the organization that the environment names", () => {
    const page = createSetUp({ GHE_HOST: "ghe.example.com", GH_ORG: "harbour" }).page(place);
    expect(attribute(page, /action="([^"]*)"/)).toBe(
      "https://ghe.example.com/organizations/harbour/settings/apps/new?state=st%26te",
    );
  });
});

describe("the way back", () => {
  const exchange = (answer: object, status = 201) =>
    nock("https://api.github.com").post(`/app-manifests/${CODE}/conversions`).reply(status, answer);

  it("exchanges the code for number, key and secret, and goes on to the installation", async () => {
    exchange(registered);
    expect(await createSetUp({}).complete({ code: CODE }, tools)).toEqual({
      environment: { APP_ID: "42", PRIVATE_KEY: registered.pem, WEBHOOK_SECRET: "made by GitHub" },
      next: "https://github.com/apps/forgehand/installations/new",
    });
  });

  it("asks the Enterprise Server", async () => {
    nock("https://ghe.example.com")
      .post(`/api/v3/app-manifests/${CODE}/conversions`)
      .reply(201, { ...registered, html_url: "https://ghe.example.com/github-apps/forgehand" });
    const { next } = await createSetUp({ GHE_HOST: "ghe.example.com" }).complete({ code: CODE }, tools);
    expect(next).toBe("https://ghe.example.com/github-apps/forgehand/installations/new");
  });

  it("sends nobody to another site, whatever the answer says", async () => {
    exchange({ ...registered, html_url: "https://evil.example.com/apps/x" });
    const { next } = await createSetUp({}).complete({ code: CODE }, tools);
    expect(next).toBe("https://github.com/settings/apps");
  });

  it.each([undefined, "", "../user", `${CODE}/..`, "a b c d e f"])(
    "asks nothing with the code %j",
    async (code) => {
      const query: Record<string, string> = code === undefined ? {} : { code };
      await expect(createSetUp({}).complete(query, tools)).rejects.toMatchObject({ code: "FORGE_REFUSED" });
    },
  );

  it("says when the code is used up", async () => {
    exchange({ message: "Not Found" }, 404);
    await expect(createSetUp({}).complete({ code: CODE }, tools)).rejects.toMatchObject({
      code: "FORGE_NOT_FOUND",
    });
  });

  it("does not take half a registration", async () => {
    exchange({ ...registered, webhook_secret: null });
    await expect(createSetUp({}).complete({ code: CODE }, tools)).rejects.toMatchObject({
      code: "FORGE_ANSWER_UNREADABLE",
    });
  });
});
