import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { AzureWorld } from "../../../demo/azure-devops/world.ts";
import { openAzureDevOps } from "../../../demo/azure-devops/world.ts";
import { projectId } from "../../../demo/azure-devops/state.ts";
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

describe("the lists", () => {
  const find = (query: string, more = "") =>
    ask("POST", `/Welcome%20Desk/_apis/wit/wiql?$top=10${more}`, { query });
  const open =
    "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.State] NOT IN ('done')";

  it("of work items are found by a query, whose times are cut to days where nobody asks for more", async () => {
    const item = world.openIssue({ title: "Fix it", body: "" });
    world.openIssue({ title: "Done", body: "" }).state = "closed";
    const later = new Date(Date.parse(item.updatedAt) + 1).toISOString();
    const changed = `([System.ChangedDate] > '${later}' OR ([System.ChangedDate] >= '${later}' AND [System.Id] NOT IN (7)))`;
    const since = `${open} AND ${changed} ORDER BY [System.ChangedDate] ASC`;
    const found = { workItems: [{ id: item.number }] };
    expect((await find(`${open} ORDER BY [System.ChangedDate] DESC`)).body).toMatchObject(found);
    expect((await find(since)).body).toMatchObject(found);
    expect((await find(since, "&timePrecision=true")).body).toMatchObject({ workItems: [] });
    expect((await find("SELECT *")).status).toBe(400);
  });

  it("of work items are read 200 at most together, with nothing for one that there is not", async () => {
    const { number } = world.openIssue({ title: "Fix it", body: "" });
    const read = (ids: readonly number[]) =>
      ask("GET", `${W.replace("workItems", "workitems")}?ids=${ids.join(",")}`);
    expect((await read([number, 99])).body).toMatchObject({ value: [{ id: number, rev: 1 }, null] });
    expect((await read(Array.from({ length: 201 }, (_, at) => at))).status).toBe(400);
  });

  it("of branches go on where the token says", async () => {
    await propose("change");
    const page = (token: string) => ask("GET", `${G}/refs?filter=heads/&$top=1${token}`);
    expect((await page("")).body).toMatchObject({ value: [{ name: "refs/heads/change" }] });
    expect((await page("&continuationToken=refs/heads/main")).body).toMatchObject({
      value: [{ name: "refs/heads/main" }],
    });
  });

  it("of pull requests have labels, and what is asked for alone has not", async () => {
    const { number, labels } = await propose("change");
    labels.push("bug");
    expect((await ask("GET", `${G}/pullrequests?$skip=0`)).body).toMatchObject({
      value: [{ labels: [{ name: "bug" }] }],
    });
    expect((await ask("GET", `${G}/pullrequests?$skip=1`)).body).toMatchObject({ value: [] });
    expect((await ask("GET", `${G}/pullrequests/${number}`)).body).not.toHaveProperty("labels");
  });
});

describe("service hooks", () => {
  const H = "/_apis/hooks/subscriptions";
  const wanted = () => ({
    publisherId: "tfs",
    consumerId: "webHooks",
    consumerActionId: "httpRequest",
    eventType: "git.push",
    resourceVersion: "1.0",
    publisherInputs: { projectId: projectId(world.azure.state, "Welcome Desk") },
    consumerInputs: { url: "http://127.0.0.1:9/", basicAuthUsername: "me", basicAuthPassword: "secret" },
  });
  const make = async () => ((await ask("POST", H, wanted())).body as { id: string }).id;

  it("show a password as asterisks, and lose it by a change that leaves it out", async () => {
    const path = `${H}/${await make()}`;
    const masked = { consumerInputs: { basicAuthUsername: "me", basicAuthPassword: "********" } };
    expect((await ask("PUT", path, { ...wanted(), status: "enabled" })).body).toMatchObject(masked);
    expect(world.hooks.all()[0]?.secret).toBe("me:secret");
    await ask("PUT", path, {
      ...wanted(),
      consumerInputs: { url: "http://127.0.0.1:9/" },
      status: "enabled",
    });
    expect(world.hooks.all()[0]?.secret).toBe(":");
  });

  it("stay on probation until they are enabled", async () => {
    const path = `${H}/${await make()}`;
    const [hook] = world.hooks.all();
    world.hooks.hold?.(hook!);
    expect((await ask("PUT", path, wanted())).body).toMatchObject({ status: "onProbation" });
    expect((await ask("PUT", path, { ...wanted(), status: "enabled" })).body).toMatchObject({
      status: "enabled",
    });
  });

  it.each([
    ["no version", { resourceVersion: "" }],
    ["a password with a blank", { consumerInputs: { url: "http://127.0.0.1:9/", basicAuthPassword: "a b" } }],
    ["no address", { consumerInputs: { url: "" } }],
    ["another consumer", { consumerId: "zapier" }],
  ])("are refused with %s", async (_case, change) => {
    expect((await ask("POST", H, { ...wanted(), ...change })).status).toBe(400);
  });

  it("hang in a project that there is", async () => {
    expect((await ask("POST", H, { ...wanted(), publisherInputs: { projectId: "x" } })).status).toBe(404);
    expect((await ask("DELETE", `${H}/x`)).status).toBe(404);
  });
});

it("tells nobody of a label on a pull request", async () => {
  const thread = await propose("change");
  const labels = { kind: "labels", added: ["a"], removed: [] } as const;
  const about = { repository: world.repository, actor: OWNER, thread };
  await expect(world.told({ ...labels, ...about })).rejects.toThrow("no event");
});
