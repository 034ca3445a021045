import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { keyOf } from "../../../src/forges/bitbucket-cloud/statuses.ts";
import { SHA } from "../../support/samples.ts";
import { answered, fork, FORK, foretold, from, openWithToken, R, repo } from "./api.ts";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const builds = `/commit/${SHA}/statuses/build`;
const page = `https://bitbucket.org/octo/hello/commits/${SHA}`;
const status = { state: "success", context: "forgehand/test", description: "Done." } as const;
const sent = {
  key: "forgehand/test",
  state: "SUCCESSFUL",
  name: "forgehand/test",
  description: "Done.",
  url: page,
};

describe("setStatus", () => {
  it.each([
    ["pending", "INPROGRESS", "Done."],
    ["success", "SUCCESSFUL", "Done."],
    ["failure", "FAILED", "Done."],
    ["error", "FAILED", "Error: Done."],
    ["cancelled", "STOPPED", "Done."],
  ] as const)("shows %s as %s", async (state, shown, description) => {
    api.post(`${R}${builds}`, { ...sent, state: shown, description }).reply(201, {});
    expect(await forge.setStatus({ repo, sha: SHA }, { ...status, state })).toBe("set");
  });

  it("links to the page of the run, with braces that are no template", async () => {
    api.post(`${R}${builds}`, { ...sent, url: "https://bot.example.com/runs/%7B1%7D" }).reply(200, {});
    await forge.setStatus({ repo, sha: SHA }, { ...status, url: "https://bot.example.com/runs/{1}" });
  });

  it("links to the commit where the page of the run is too long an address", async () => {
    api.post(`${R}${builds}`, sent).reply(200, {});
    const url = `https://bot.example.com/${"x".repeat(450)}`;
    await forge.setStatus({ repo, sha: SHA }, { ...status, url });
  });

  it("cuts name and description at 255 characters", async () => {
    const fits = ({ key, name, description }: { key: string; name: string; description: string }) =>
      key.length === 40 && Array.from(name).length === 255 && Array.from(description).length === 255;
    api.post(`${R}${builds}`, fits).reply(200, {});
    const long = "é🗼".repeat(200);
    await forge.setStatus({ repo, sha: SHA }, { ...status, context: long, description: long });
  });

  it("names the branch that was pushed", async () => {
    api.post(`${R}${builds}`, { ...sent, refname: "forgehand/x/7-fix" }).reply(201, {});
    await forge.setStatus({ repo, sha: SHA, ref: "refs/heads/forgehand/x/7-fix", pullRequest: 9 }, status);
  });

  it("names no branch for a tag", async () => {
    api.post(`${R}${builds}`, sent).reply(201, {});
    await forge.setStatus({ repo, sha: SHA, ref: "refs/tags/v1" }, status);
  });

  describe("on a pull request", () => {
    const place = { repo, sha: SHA, pullRequest: 8 };
    const asked = (change: object = {}) => api.get(`${R}/pullrequests/8`).reply(200, answered(change));

    it("names its source branch", async () => {
      asked();
      api.post(`${R}${builds}`, { ...sent, refname: "change" }).reply(201, {});
      expect(await forge.setStatus(place, status)).toBe("set");
    });

    it("goes to the fork, where the commit is", async () => {
      asked({ source: from(fork) });
      const url = `https://bitbucket.org/bob/hello/commits/${SHA}`;
      api.post(`${FORK}${builds}`, { ...sent, url, refname: "change" }).reply(201, {});
      expect(await forge.setStatus(place, status)).toBe("set");
    });

    it("goes to the target where the fork is not for us, and else to nobody", async () => {
      asked({ source: from(fork) });
      api.post(`${FORK}${builds}`).reply(403, {});
      api.post(`${R}${builds}`, sent).reply(201, {});
      expect(await forge.setStatus(place, status)).toBe("set");
      asked({ source: from(fork) });
      api.post(`${FORK}${builds}`).reply(404, {});
      api.post(`${R}${builds}`).reply(404, {});
      expect(await forge.setStatus(place, status)).toBe("unsupported");
    });

    it("goes to the target where the fork was deleted", async () => {
      asked({ source: from(null) });
      api.post(`${R}${builds}`, sent).reply(201, {});
      expect(await forge.setStatus(place, status)).toBe("set");
    });
  });

  it.each([
    ["a commit that is not visible yet may pass", "Commit not found", true],
    ["a repository that is not there may not", "Repository octo/hello not found", false],
  ])("%s", async (_case, message, retryable) => {
    api.post(`${R}${builds}`).reply(404, { type: "error", error: { message } });
    await expect(forge.setStatus({ repo, sha: SHA }, status)).rejects.toMatchObject({
      code: "FORGE_NOT_FOUND",
      retryable,
    });
  });

  it("that another token made is refused, and the error tells Bitbucket's reason", async () => {
    api.post(`${R}${builds}`).reply(403, { error: { message: "Only the creator may change it" } });
    await expect(forge.setStatus({ repo, sha: SHA }, status)).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringContaining("Only the creator may change it") as unknown,
    });
  });
});

describe("the key of a context", () => {
  const exact = "forgehand/".padEnd(40, "x");

  it("is the context itself, up to 40 characters", () => {
    expect(keyOf("forgehand/test")).toBe("forgehand/test");
    expect(keyOf(exact)).toBe(exact);
  });

  it("of a longer one is short, always the same, and another one for another context", () => {
    const keys = [`${exact}1`, `${exact}2`, `${exact}1`, "🗼".repeat(41)].map(keyOf);
    expect(new Set(keys).size).toBe(3);
    expect(keys[0]).toBe(keys[2]);
    for (const key of keys) expect(key).toMatch(/^[\w./-]{40}$/);
  });
});
