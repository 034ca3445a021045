import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { COMMENT_MARKER } from "../../../src/core/text.ts";
import { repo, SHA } from "../../support/samples.ts";
import { answered, foretold, openWithToken, page, refusal, REPO, repository, SERVER } from "./api.ts";

const PULLS = `${REPO}/pull-requests`;
const BRANCH = "forgehand/x/7-fix";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const ours = {
  number: 8,
  title: "A change",
  body: "",
  state: "open",
  labels: [],
  url: `${SERVER}/projects/octo/repos/hello/pull-requests/8`,
  source: { branch: BRANCH, repo: "octo/hello" },
  target: { branch: "main" },
  headSha: SHA,
  fork: false,
  draft: false,
};

const from = (id: string, source = repository()) => ({
  fromRef: { id, latestCommit: SHA, repository: source },
});

describe("pullRequest", () => {
  it("is as it is now, with an address even where the server sends none", async () => {
    api.get(`${PULLS}/8`).reply(200, answered());
    expect(await forge.pullRequest(repo, 8)).toEqual(ours);
  });

  it("of a fork names whose it is", async () => {
    api.get(`${PULLS}/8`).reply(200, answered(from("refs/heads/lamp", repository(77, "hello", "~ada"))));
    expect(await forge.pullRequest(repo, 8)).toMatchObject({ fork: true, source: { repo: "~ada/hello" } });
  });

  it("has a ref that Bitbucket brings up to date only for who looks at its changes", async () => {
    const looked = () => api.get(`${PULLS}/8/changes`).query({ limit: "1" });
    looked().reply(200, page([{}]));
    await forge.refreshPullRequestRef?.(repo, 8);
    looked().reply(404, refusal("NoSuchObjectException"));
    await forge.refreshPullRequestRef?.(repo, 8);
    looked().reply(503);
    await expect(forge.refreshPullRequestRef?.(repo, 8)).rejects.toMatchObject({ code: "FORGE_FAILING" });
  });

  it.each([
    ["MERGED", "merged"],
    ["DECLINED", "closed"],
  ])("that is %s is %s", async (state, word) => {
    const links = { self: [{ href: "https://git.example.com/there" }] };
    api.get(`${PULLS}/8`).reply(200, answered({ state, links, draft: true }));
    expect(await forge.pullRequest(repo, 8)).toMatchObject({
      state: word,
      url: "https://git.example.com/there",
      draft: true,
    });
  });
});

const listed = (values: readonly object[], start = "0", more: object = {}) =>
  api
    .get(PULLS)
    .query({ state: "OPEN", direction: "OUTGOING", at: `refs/heads/${BRANCH}`, limit: "100", start })
    .reply(200, page(values, more));

describe("findPullRequest", () => {
  it("is the open one from our branch into the same repository, on whatever page", async () => {
    const elsewhere = { toRef: { id: "refs/heads/main", repository: repository(50, "upstream") } };
    const others = [
      answered({ id: 1, ...from(`refs/heads/${BRANCH}`, repository(77, "hello", "~ada")) }),
      answered({ id: 2, ...from(`refs/heads/${BRANCH}-2`) }),
      answered({ id: 3, ...elsewhere }),
    ];
    listed(others, "0", { isLastPage: false, nextPageStart: 5 });
    listed([answered()], "5");
    expect(await forge.findPullRequest(repo, BRANCH)).toEqual(ours);
  });

  it("is nothing where there is none", async () => {
    listed([]);
    expect(await forge.findPullRequest(repo, BRANCH)).toBeUndefined();
  });
});

describe("openPullRequest", () => {
  const wanted = { branch: BRANCH, base: "main", title: "A change", body: "It turns.", draft: false };
  const open = (more: object = {}) => forge.openPullRequest(repo, { ...wanted, ...more });
  const create = (body?: nock.RequestBodyMatcher) => api.post(PULLS, body);
  const at = { slug: "hello", project: { key: "octo" } };
  const sent = {
    title: "A change",
    description: "It turns.",
    fromRef: { id: `refs/heads/${BRANCH}`, repository: at },
    toRef: { id: "refs/heads/main", repository: at },
  };

  it("finds the one that is open", async () => {
    listed([answered()]);
    expect(await open()).toEqual(ours);
  });

  it("opens one, with our marker where nobody sees it", async () => {
    listed([]);
    create({ ...sent, description: "It turns.\n\n[//]: # (forgehand:comment)" }).reply(201, answered());
    expect(await open({ body: `It turns.\n\n${COMMENT_MARKER}` })).toEqual(ours);
  });

  it("cuts title and description", async () => {
    listed([]);
    create(({ title, description }: { title: string; description: string }) => {
      return title.length <= 255 && title.length > 250 && description.length <= 32_768;
    }).reply(201, answered());
    await open({ title: "é🗼".repeat(200), body: "é🗼".repeat(20_000) });
  });

  it("takes the one that the refusal names", async () => {
    listed([]);
    const existingPullRequest = answered();
    const told = refusal("pull.DuplicatePullRequestException", "Only one", { existingPullRequest });
    create(sent).reply(409, told);
    expect(await open()).toEqual(ours);
  });

  it("looks again where the refusal names none that is ours", async () => {
    listed([]);
    const existingPullRequest = { id: "?" };
    create().reply(409, refusal("pull.DuplicatePullRequestException", "Only one", { existingPullRequest }));
    listed([answered()]);
    expect(await open()).toEqual(ours);
  });

  it("throws the refusal where there is none after all", async () => {
    listed([]);
    create().reply(409, refusal("pull.DuplicatePullRequestException"));
    listed([]);
    await expect(open()).rejects.toMatchObject({ code: "FORGE_REFUSED" });
  });

  it("says what it means that there is nothing to merge", async () => {
    listed([]);
    create().reply(409, refusal("pull.EmptyPullRequestException"));
    await expect(open()).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringContaining("has no commit that main lacks") as unknown,
    });
  });

  it("asks for a draft, and does without one where the server knows none", async () => {
    listed([]);
    create({ ...sent, draft: true }).reply(400, { errors: [{ message: "Unrecognized field" }] });
    create(sent).reply(201, answered());
    expect(await open({ draft: true })).toEqual(ours);
  });
});
