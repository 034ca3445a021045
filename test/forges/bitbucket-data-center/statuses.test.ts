import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import type { StatusState } from "../../../src/core/status.ts";
import { repo, SHA } from "../../support/samples.ts";
import { answered, foretold, openWithToken, refusal, REPO, repository, SERVER } from "./api.ts";

const BUILDS = `/commits/${SHA}/builds`;
const OLD = `/build-status/1.0/commits/${SHA}`;
const url = "https://bot.example.com/runs/1";
const status = { context: "forgehand/test", description: "Running.", url } as const;
const place = { repo, sha: SHA, ref: "refs/heads/fix/it" };

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const set = (state: StatusState, more: object = {}, where: object = {}) =>
  forge.setStatus({ ...place, ...where }, { ...status, state, ...more });
const post = (body?: nock.RequestBodyMatcher, base = REPO) => api.post(`${base}${BUILDS}`, body);
const older = (body?: nock.RequestBodyMatcher) => api.post(OLD, body);
const build = (state: string, description = "Running.") => ({
  key: "forgehand/test",
  name: "forgehand/test",
  state,
  description,
  url,
});
const UNKNOWN_ADDRESS = { message: "null for uri", "status-code": 404 };

describe("setStatus", () => {
  it.each([
    ["pending", "INPROGRESS", "Running."],
    ["success", "SUCCESSFUL", "Running."],
    ["failure", "FAILED", "Running."],
    ["error", "FAILED", "Error: Running."],
    ["cancelled", "CANCELLED", "Cancelled: Running."],
  ] as const)("shows %s as %s", async (state, sent, description) => {
    post({ ...build(sent, description), ref: "refs/heads/fix/it" }).reply(204);
    expect(await set(state)).toBe("set");
  });

  it("links to the commit where there is no page of ours, or one whose address is too long", async () => {
    const page = `${SERVER}/projects/octo/repos/hello/commits/${SHA}`;
    const linked = (body: { url: string }) => body.url === page;
    post(linked).twice().reply(204);
    await set("pending", { url: undefined });
    await set("pending", { url: `${url}${"1".repeat(450)}` });
  });

  it("keeps within the limits, and long contexts apart", async () => {
    const keys = new Set<string>();
    const fits = ({ key, name, description }: Record<string, string>) => {
      keys.add(key ?? "");
      return [key, name, description].every((text = "") => text.length <= 255);
    };
    post(fits).twice().reply(204);
    for (const end of ["a", "b"]) {
      await set("pending", { context: `${"x".repeat(300)}${end}`, description: "é🗼".repeat(200) });
    }
    expect(keys.size).toBe(2);
  });

  it.each(["refs/tags/v1", undefined])("names no ref but a branch: %j", async (ref) => {
    post(build("INPROGRESS")).reply(204);
    expect(await set("pending", {}, { ref })).toBe("set");
  });

  it("tries again later for a commit that is not visible yet", async () => {
    post().reply(404, refusal("commit.NoSuchCommitException"));
    await expect(set("pending")).rejects.toMatchObject({ code: "FORGE_NOT_FOUND", retryable: true });
  });

  it("throws a missing right in the repository itself", async () => {
    post().reply(401, refusal("AuthorisationException"));
    await expect(set("pending")).rejects.toMatchObject({ code: "FORGE_REFUSED" });
  });
});

describe("setStatus on an older server", () => {
  it.each([404, 405])("falls back to the older address on %i, and remembers it", async (code) => {
    post().reply(code, UNKNOWN_ADDRESS);
    older(build("INPROGRESS")).reply(204);
    older(build("FAILED", "Cancelled: Running.")).reply(204);
    expect(await set("pending")).toBe("set");
    expect(await set("cancelled")).toBe("set");
  });

  it("remembers nothing where the older address fails too", async () => {
    post().reply(404, UNKNOWN_ADDRESS);
    older().reply(500);
    await expect(set("pending")).rejects.toMatchObject({ code: "FORGE_FAILING" });
    post().reply(204);
    expect(await set("pending")).toBe("set");
  });

  it("does not take a repository that is gone for an address that is", async () => {
    post().reply(404, refusal("repository.NoSuchRepositoryException"));
    await expect(set("pending")).rejects.toMatchObject({ code: "FORGE_NOT_FOUND", retryable: false });
  });

  it("says failed where the server does not know that a build can be cancelled, from then on", async () => {
    const cancelled = (state: string) => ({
      ...build(state, "Cancelled: Running."),
      ref: "refs/heads/fix/it",
    });
    post(cancelled("CANCELLED")).reply(400, refusal("ArgumentValidationException"));
    post(cancelled("FAILED")).twice().reply(204);
    expect(await set("cancelled")).toBe("set");
    expect(await set("cancelled")).toBe("set");
  });
});

describe("setStatus on a pull request", () => {
  const show = () => set("pending", {}, { pullRequest: 8, ref: undefined });
  const FORK = "/api/latest/projects/~ada/repos/hello";
  const source = (from: object | null) =>
    api.get(`${REPO}/pull-requests/8`).reply(
      200,
      answered({
        fromRef: {
          id: "refs/heads/fix/it",
          latestCommit: SHA,
          ...(from === null ? {} : { repository: from }),
        },
      }),
    );

  it("stands on the source branch", async () => {
    source(repository());
    post({ ...build("INPROGRESS"), ref: "refs/heads/fix/it" }).reply(204);
    expect(await show()).toBe("set");
  });

  it("goes to the fork that the pull request comes from", async () => {
    source(repository(77, "hello", "~ada"));
    post({ ...build("INPROGRESS"), ref: "refs/heads/fix/it" }, FORK).reply(204);
    expect(await show()).toBe("set");
  });

  it.each([
    [401, "AuthorisationException"],
    [403, "AuthorisationException"],
    [404, "repository.NoSuchRepositoryException"],
  ])("is unsupported where the fork answers %i", async (code, exception) => {
    source(repository(77, "hello", "~ada"));
    post(undefined, FORK).reply(code, refusal(exception));
    expect(await show()).toBe("unsupported");
  });

  it("does not take other refusals of a fork for a missing right", async () => {
    source(repository(77, "hello", "~ada"));
    post(undefined, FORK).reply(400, refusal("ArgumentValidationException"));
    await expect(show()).rejects.toMatchObject({ code: "FORGE_REFUSED" });
  });

  it("is unsupported where the fork is gone", async () => {
    source(null);
    expect(await show()).toBe("unsupported");
  });

  it("stands on the commit where the pull request was deleted", async () => {
    api.get(`${REPO}/pull-requests/8`).reply(404, refusal("pull.NoSuchPullRequestException"));
    post(build("INPROGRESS")).reply(204);
    expect(await show()).toBe("set");
  });
});
