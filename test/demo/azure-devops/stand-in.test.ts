import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { AzureWorld } from "../../../demo/azure-devops/world.ts";
import { openAzureDevOps } from "../../../demo/azure-devops/world.ts";
import { commit } from "../../../demo/repository.ts";
import { DEFAULT_BRANCH, OWNER } from "../../../demo/world.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const G = "/Welcome%20Desk/_apis/git/repositories/hello-world";
const W = "/Welcome%20Desk/_apis/wit/workItems";
const PATCH = "application/json-patch+json";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let world: AzureWorld;

beforeEach(async () => {
  folder = await temporaryFolder();
  world = await openAzureDevOps({ root: folder.path });
  await commit(world.bare, { branch: DEFAULT_BRANCH, message: "first", files: { "a.txt": "a\n" } });
});

afterEach(async () => {
  await world.close();
  await folder[Symbol.asyncDispose]();
});

async function ask(
  method: string,
  path: string,
  body?: unknown,
  { token = world.environment.AZURE_DEVOPS_TOKEN ?? "", type = "application/json", version = "7.1" } = {},
) {
  const query = version === "" ? "" : `${path.includes("?") ? "&" : "?"}api-version=${version}`;
  const answer = await fetch(`${world.url}${path}${query}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`:${token}`).toString("base64")}`,
      "content-type": type,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text.startsWith("{") ? JSON.parse(text) : text) as unknown };
}

const propose = async (branch: string) => {
  await commit(world.bare, { branch, from: DEFAULT_BRANCH, message: "b", files: { "a.txt": `${branch}\n` } });
  return world.openPullRequest({ title: "A change", branch });
};

describe("who asks", () => {
  it("is refused with a token that is nobody's", async () => {
    expect((await ask("GET", G, undefined, { token: "other" })).status).toBe(401);
  });

  it("must say the version of the API, and of what is not released that it is a preview", async () => {
    const { number } = world.openIssue({ title: "Fix it", body: "" });
    expect((await ask("GET", G, undefined, { version: "" })).status).toBe(400);
    expect((await ask("GET", `${W}/${number}/comments`)).status).toBe(400);
    const version = "7.1-preview.4";
    expect((await ask("GET", `${W}/${number}/comments`, undefined, { version })).status).toBe(200);
  });

  it("finds nothing in another project", async () => {
    expect(
      (await ask("GET", G.replace("Welcome%20Desk", "Octocats").replace("hello", "good-bye"))).status,
    ).toBe(404);
  });
});

describe("the tags of a work item", () => {
  const tagged = () => {
    const thread = world.openIssue({ title: "Fix it", body: "" });
    world.changeLabels(thread, { add: ["Tide"] });
    return thread;
  };
  const patch = (number: number, rev: number, op: string, value: string, type = PATCH) =>
    ask(
      "PATCH",
      `${W}/${number}`,
      [
        { op: "test", path: "/rev", value: rev },
        { op, path: "/fields/System.Tags", value },
      ],
      { type },
    );

  it("are one field, of which what is left out goes", async () => {
    const thread = tagged();
    expect((await patch(thread.number, 2, "replace", "a; b, c")).status).toBe(200);
    expect(thread.labels).toEqual(["a", "b", "c"]);
  });

  it("are refused to somebody who did not see the last change, or sends no patch", async () => {
    const thread = tagged();
    expect((await patch(thread.number, 1, "replace", "a")).status).toBe(412);
    expect((await patch(thread.number, 2, "replace", "a", "application/json")).status).toBe(415);
    expect(thread.labels).toEqual(["Tide"]);
  });

  it("cannot be replaced where there are none", async () => {
    const { number } = world.openIssue({ title: "Fix it", body: "" });
    expect((await patch(number, 1, "replace", "a")).status).toBe(400);
    expect((await patch(number, 1, "add", "a")).status).toBe(200);
  });

  it("have a history that leaves empty values out", async () => {
    const thread = tagged();
    world.changeLabels(thread, { remove: ["Tide"] });
    expect((await ask("GET", `${W}/${thread.number}/updates`)).body).toMatchObject({
      value: [
        { fields: { "System.Tags": { newValue: "Tide" } } },
        { fields: { "System.Tags": { oldValue: "Tide" } } },
      ],
    });
  });
});

describe("pull requests", () => {
  const wanted = { sourceRefName: "refs/heads/change", targetRefName: "refs/heads/main", title: "A change" };

  it("are opened once for two branches, which must exist", async () => {
    expect((await ask("POST", `${G}/pullrequests`, wanted)).status).toBe(400);
    await propose("change");
    expect((await ask("POST", `${G}/pullrequests`, wanted)).status).toBe(409);
  });

  it("take no long description", async () => {
    const description = "x".repeat(4_001);
    expect((await ask("POST", `${G}/pullrequests`, { ...wanted, description })).status).toBe(400);
  });

  it("have one iteration more with each push, while the head of the last merge lags behind", async () => {
    const { number } = await propose("change");
    const first = await ask("GET", `${G}/pullRequests/${number}/iterations`);
    await commit(world.bare, { branch: "change", message: "2", files: { "a.txt": "2\n" } });
    const second = await ask("GET", `${G}/pullRequests/${number}/iterations`);
    expect([first, second]).toMatchObject([{ body: { count: 1 } }, { body: { count: 2 } }]);
    const [head] = (first.body as { value: { sourceRefCommit: object }[] }).value;
    expect((await ask("GET", `${G}/pullrequests/${number}`)).body).toMatchObject({
      lastMergeSourceCommit: head?.sourceRefCommit,
    });
  });

  it("take statuses with a name, of a known state, in an iteration that there is", async () => {
    const { number } = await propose("change");
    const status = { state: "succeeded", context: { name: "test", genre: "forgehand" }, iterationId: 1 };
    const post = async (body: object) =>
      (await ask("POST", `${G}/pullRequests/${number}/statuses`, body)).status;
    expect(await post(status)).toBe(200);
    expect(await post({ ...status, context: { genre: "forgehand" } })).toBe(400);
    expect(await post({ ...status, state: "success" })).toBe(400);
    expect(await post({ ...status, iterationId: 2 })).toBe(400);
  });

  it("hold comments that only their author changes", async () => {
    const thread = await propose("change");
    const { id } = world.comment(thread, "Hello", OWNER);
    const path = `${G}/pullRequests/${thread.number}/threads/${id}/comments/1`;
    expect((await ask("PATCH", path, { content: "Ours" })).status).toBe(403);
  });
});

it("tells nobody of a label on a pull request", async () => {
  const thread = await propose("change");
  const labels = { kind: "labels", added: ["a"], removed: [] } as const;
  const about = { repository: world.repository, actor: OWNER, thread };
  await expect(world.told({ ...labels, ...about })).rejects.toThrow("no event");
});
