import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { alice, bot, repo } from "../../support/samples.ts";
import { foretold, HOST, openWithToken } from "./api.ts";

const MARKER = "<!-- forgehand:comment -->";

const issue = { kind: "issue", number: 7 } as const;
const request = { kind: "pull_request", number: 8 } as const;

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const us = () => api.get("/user").reply(200, { id: 99, username: "forgehand" });

describe("every request to GitLab", () => {
  it("names itself and its token", async () => {
    api
      .get("/user")
      .matchHeader("private-token", "glpat-token")
      .matchHeader("user-agent", "forgehand/test")
      .reply(200, { id: 99, username: "forgehand" });
    expect(await forge.self()).toEqual(bot);
  });

  it("asks only once who we are", async () => {
    us();
    expect(await forge.self()).toEqual(await forge.self());
  });

  it.each([
    ["a text", { message: "404 Project Not Found" }, "404 Project Not Found"],
    ["parts", { message: { base: ["is wrong"] } }, '{"base":["is wrong"]}'],
    ["an error", { error: "scope is missing" }, "scope is missing"],
    ["nothing", {}, "no reason given"],
  ])("tells GitLab's own reason, which is %s", async (_case, body, reason) => {
    api.get("/projects/42").reply(400, body);
    await expect(forge.defaultBranch(repo)).rejects.toMatchObject({
      message: expect.stringContaining(
        `gitlab answered 400 to GET /api/v4/projects/42: ${reason}.`,
      ) as unknown,
    });
  });

  it("waits as long as a plain text with a header says, and asks only once", async () => {
    api.get("/user").reply(429, "Retry later\n", { "content-type": "text/plain", "retry-after": "7" });
    await expect(forge.self()).rejects.toMatchObject({ code: "FORGE_RATE_LIMITED", retryAfter: 7_000 });
  });

  it("waits a minute where a limit of the application says nothing", async () => {
    api.get("/user").reply(429, { message: { error: "This endpoint has been requested too many times." } });
    await expect(forge.self()).rejects.toMatchObject({ code: "FORGE_RATE_LIMITED", retryAfter: 60_000 });
  });

  it("cuts a page that stands where a reason should be", async () => {
    api.get("/user").reply(400, "x".repeat(9_000));
    const error: unknown = await forge.self().catch((thrown: unknown) => thrown);
    expect((error as Error).message.length).toBeLessThan(700);
  });
});

describe("upsertComment", () => {
  const body = `${MARKER}\nrunning`;
  const query = "sort=asc&order_by=created_at&page=1&per_page=100";

  describe.each([
    ["an issue", issue, "/projects/42/issues/7/notes"],
    ["a merge request", request, "/projects/42/merge_requests/8/notes"],
  ] as const)("on %s", (_case, thread, notes) => {
    it("edits the note of the id", async () => {
      api.put(`${notes}/500`, { body }).reply(200, { id: 500 });
      expect(await forge.upsertComment(repo, thread, { id: "500", marker: MARKER, body })).toEqual({
        id: "500",
      });
    });

    it("finds ours on a later page, where somebody else copied the marker before", async () => {
      us();
      api.get(`${notes}?${query}`).reply(200, [{ id: 1, body, author: { id: 1 } }], { "x-next-page": "2" });
      api.get(`${notes}?${query.replace("page=1", "page=2")}`).reply(
        200,
        [
          { id: 2, body: null, author: null },
          { id: 3, body, system: true, author: { id: 99 } },
          { id: 4, body, system: false, author: { id: 99 } },
        ],
        { "x-next-page": "" },
      );
      api.put(`${notes}/4`, { body }).reply(200, { id: 4 });
      expect(await forge.upsertComment(repo, thread, { marker: MARKER, body })).toEqual({ id: "4" });
    });

    it("writes a new one where the known one was deleted and there is no other", async () => {
      us();
      api.put(`${notes}/500`).reply(404, { message: "404 Not found" });
      api.get(`${notes}?${query}`).reply(200, []);
      api.post(notes, { body }).reply(201, { id: 501 });
      expect(await forge.upsertComment(repo, thread, { id: "500", marker: MARKER, body })).toEqual({
        id: "501",
      });
    });
  });

  it("cuts a body at 1,000,000 characters and keeps the marker, wherever it stood", async () => {
    const fits = ({ body: sent }: { body: string }) =>
      Array.from(sent).length === 1_000_000 && sent.includes(MARKER);
    api.put("/projects/42/issues/7/notes/5", fits).reply(200, { id: 5 });
    const long = "🗼".repeat(1_000_100) + MARKER;
    await forge.upsertComment(repo, issue, { id: "5", marker: MARKER, body: long });
  });

  it("does not take a refusal for a deleted note", async () => {
    api.put("/projects/42/issues/7/notes/500").reply(403, { message: "403 Forbidden" });
    const call = forge.upsertComment(repo, issue, { id: "500", marker: MARKER, body });
    await expect(call).rejects.toMatchObject({ code: "FORGE_REFUSED", retryable: false });
  });
});

describe("changeLabels", () => {
  const change = { add: ["coding agent processing", "a::b"], remove: ["coding agent"] };
  const sent = { add_labels: "coding agent processing,a::b", remove_labels: "coding agent" };

  it.each([
    ["an issue", issue, "/projects/42/issues/7"],
    ["a merge request", request, "/projects/42/merge_requests/8"],
  ] as const)("adds and removes in one call on %s", async (_case, thread, path) => {
    api.put(path, sent).reply(200, {});
    expect(await forge.changeLabels(repo, thread, change)).toBe("set");
  });

  it("sends only what there is to do", async () => {
    api.put("/projects/42/issues/7", { remove_labels: "coding agent" }).reply(200, {});
    await forge.changeLabels(repo, issue, { add: [], remove: ["coding agent", "never, there"] });
    expect(await forge.changeLabels(repo, issue, { add: [], remove: [] })).toBe("set");
  });

  it("refuses a name with a comma, which would set two other labels", async () => {
    const call = forge.changeLabels(repo, issue, { add: ["one, two"], remove: [] });
    await expect(call).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringContaining('The label "one, two" has a comma') as unknown,
    });
  });
});

describe("whoLabelled", () => {
  const happened = (
    id: number,
    action: string,
    name: string | null,
    user: object | null = { id: 1, username: "alice" },
  ) => ({
    id,
    action,
    user,
    created_at: "2026-10-01T08:00:00.000Z",
    label: name === null ? null : { id: 3, name },
  });
  const labelled = (labels: string[]) => api.get("/projects/42/issues/7").reply(200, { labels });
  const events = (list: object[], page = 1, next = "") =>
    api
      .get(`/projects/42/issues/7/resource_label_events?page=${page}&per_page=100`)
      .reply(200, list, { "x-next-page": next });

  it("names who set it last, over all pages", async () => {
    labelled(["coding agent"]);
    events([happened(1, "add", "coding agent"), happened(2, "remove", "coding agent")], 1, "2");
    events(
      [
        happened(3, "add", "coding agent", { id: 2, username: "bob" }),
        happened(4, "add", "bug"),
        happened(5, "add", null),
      ],
      2,
    );
    expect(await forge.whoLabelled(repo, issue, "coding agent")).toEqual({
      kind: "set",
      actor: { id: "2", login: "bob" },
      eventId: "3",
      at: new Date("2026-10-01T08:00:00Z"),
    });
  });

  it("asks about a merge request by its own row of numbers", async () => {
    api.get("/projects/42/merge_requests/8").reply(200, { labels: ["coding agent"] });
    api
      .get("/projects/42/merge_requests/8/resource_label_events?page=1&per_page=100")
      .reply(200, [happened(6, "add", "coding agent")]);
    expect(await forge.whoLabelled(repo, request, "coding agent")).toMatchObject({
      eventId: "6",
      actor: alice,
    });
  });

  it("is absent where the label is not on it now, whatever happened before", async () => {
    labelled(["bug"]);
    expect(await forge.whoLabelled(repo, issue, "coding agent")).toEqual({ kind: "absent" });
  });

  it.each([
    ["nothing tells of it", []],
    ["the account is gone", [happened(1, "add", "coding agent", null)]],
    ["it came off last", [happened(1, "add", "coding agent"), happened(2, "remove", "coding agent")]],
    ["another label was deleted", [happened(1, "add", null)]],
  ])("cannot tell where %s", async (_case, list) => {
    labelled(["coding agent"]);
    events(list);
    expect(await forge.whoLabelled(repo, issue, "coding agent")).toEqual({ kind: "unsupported" });
  });
});

describe("missingRights", () => {
  const path = "/personal_access_tokens/self";

  it("are none for a token with the scope api", async () => {
    api.get(path).reply(200, { id: 5, scopes: ["read_repository", "api"] });
    expect(await forge.missingRights()).toEqual([]);
  });

  it("name the scope that a token lacks", async () => {
    api.get(path).reply(200, { id: 5, scopes: ["read_api", "write_repository"] });
    expect(await forge.missingRights()).toEqual(["the scope `api`"]);
  });

  it("are not known of a token that does not tell", async () => {
    api.get(path).reply(404, { message: "404 Not Found" });
    expect(await forge.missingRights()).toEqual([]);
  });
});

describe("permission", () => {
  const path = "/projects/42/members/all/1";
  const member = (change: object) => ({
    id: 1,
    username: "alice",
    state: "active",
    access_level: 30,
    ...change,
  });

  it.each([
    [0, "none"],
    [5, "none"],
    [10, "read"],
    [15, "triage"],
    [20, "triage"],
    [25, "triage"],
    [30, "write"],
    [40, "maintain"],
    [50, "admin"],
  ] as const)("takes the access level %i for %s", async (access_level, expected) => {
    api.get(path).reply(200, member({ access_level }));
    expect(await forge.permission(repo, alice)).toBe(expected);
  });

  it.each(["blocked", "awaiting", "deactivated", "banned"])(
    "is none for an account that is %s",
    async (state) => {
      api.get(path).reply(200, member({ state, access_level: 50 }));
      expect(await forge.permission(repo, alice)).toBe("none");
    },
  );

  it("is none for another account than the one asked about", async () => {
    api.get(path).reply(200, member({ id: 2 }));
    expect(await forge.permission(repo, alice)).toBe("none");
  });

  it("is asked for the account that has the login now, where an old server named no id", async () => {
    api
      .get("/users")
      .query({ username: "alice" })
      .reply(200, [{ id: 1, username: "Alice" }]);
    api.get(path).reply(200, member({}));
    expect(await forge.permission(repo, { id: "", login: "alice" })).toBe("write");
  });

  it("is none for a login that nobody has any more", async () => {
    api
      .get("/users")
      .query({ username: "alice" })
      .reply(200, [{ id: 3, username: "alice2" }]);
    expect(await forge.permission(repo, { id: "", login: "alice" })).toBe("none");
  });

  it("is none for an account that is no member", async () => {
    api.get(path).reply(404, { message: "404 Not found" });
    expect(await forge.permission(repo, alice)).toBe("none");
  });

  it("is unknown where our token may not ask", async () => {
    api.get(path).reply(403, { message: "403 Forbidden" });
    expect(await forge.permission(repo, alice)).toBe("unknown");
  });

  it("is asked again later while GitLab has trouble", async () => {
    api.get(path).reply(502, "bad gateway");
    await expect(forge.permission(repo, alice)).rejects.toMatchObject({ retryable: true });
  });
});

describe("readFile", () => {
  const file = () =>
    api.get("/projects/42/repository/files/.forgehand%2Fa%20b%2B.yml/raw").query({ ref: "main" });
  const read = () => forge.readFile(repo, ".forgehand/a b+.yml", "main");

  it.each(["on: ärger\n", ""])("reads the text %j", async (text) => {
    file().reply(200, text, { "content-type": "text/plain; charset=utf-8" });
    expect(await read()).toBe(text);
  });

  it("reads nothing where there is no file", async () => {
    file().reply(404, { message: "404 File Not Found" });
    expect(await read()).toBeUndefined();
  });

  it("is refused where the token may not read", async () => {
    file().reply(403, { message: "403 Forbidden" });
    await expect(read()).rejects.toMatchObject({ code: "FORGE_REFUSED" });
  });
});

describe("where things are", () => {
  it("on gitlab.com", async () => {
    expect(forge.gitUrl(repo)).toBe("https://gitlab.com/octo/hello.git");
    expect(forge.pullRequestRef(8)).toBe("refs/merge-requests/8/head");
    expect(forge.closingReference(7)).toBe("Closes #7");
    expect(forge.compareUrl(repo, "main", "forgehand/x/7-fix#1")).toBe(
      "https://gitlab.com/octo/hello/-/compare/main...forgehand/x/7-fix%231",
    );
    api.get("/projects/42").reply(200, { default_branch: "trunk", path_with_namespace: "octo/hello" });
    expect(await forge.defaultBranch(repo)).toBe("trunk");
  });

  it.each([{ url: "https://acme.example/gitlab/" }, { apiUrl: "https://acme.example/gitlab/api/v4" }])(
    "on a server under a path, by %j",
    async (settings) => {
      const server = await openWithToken(settings);
      const { api: other } = foretold("https://acme.example/gitlab/api/v4");
      other.get("/user").reply(200, { id: 99, username: "forgehand" });
      other.put("/projects/42/issues/7/notes/5").reply(200, { id: 5 });
      expect(await server.self()).toEqual(bot);
      await server.upsertComment(repo, issue, { id: "5", marker: MARKER, body: MARKER });
      const nested = { id: "42", fullName: "group/sub/hello" };
      expect(server.gitUrl(nested)).toBe("https://acme.example/gitlab/group/sub/hello.git");
    },
  );

  it("an empty repository has no default branch, and the error says so", async () => {
    api.get("/projects/42").reply(200, { default_branch: null, path_with_namespace: "octo/hello" });
    await expect(forge.defaultBranch(repo)).rejects.toMatchObject({
      code: "FORGE_NOT_FOUND",
      message: expect.stringContaining("its repository is empty") as unknown,
    });
  });

  it("a moved project is followed within GitLab", async () => {
    api.get("/projects/42").reply(301, "", { location: `${HOST}/api/v4/projects/43` });
    api.get("/projects/43").reply(200, { default_branch: "main", path_with_namespace: "octo/moved" });
    expect(await forge.defaultBranch(repo)).toBe("main");
  });

  it("the token is handed to git with a name that fits every sort of it", async () => {
    const credentials = { username: "oauth2", password: "glpat-token" };
    expect(await forge.gitCredentials(repo, "push")).toEqual(credentials);
  });
});
