import { createHmac } from "node:crypto";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "@jest/globals";

import { silent } from "../../src/core/log.ts";
import { github } from "../../src/forges/github/index.ts";
import { openSqlite } from "../../src/record/sqlite.ts";
import { fixture } from "../support/fixtures.ts";
import { folderWith, forgehand } from "./command.ts";

const SECRET = "It's a Secret to Everybody";
const path = (name: string) => fileURLToPath(new URL(`../../fixtures/github/${name}`, import.meta.url));
const files = (name: string) => [
  "--headers",
  path(`${name}/headers.json`),
  "--body",
  path(`${name}/body.json`),
];
const label = fixture("github", "issue-labeled");

/** Explain a fixture, signed or with whatever headers are given. */
async function explain(
  name: string,
  given: { forge?: string; headers?: object; yaml?: string; environment?: Record<string, string> } = {},
) {
  const { headers, body } = fixture("github", name);
  const cwd = folderWith({
    "headers.json": JSON.stringify({ ...headers, ...given.headers }),
    "body.json": body,
    ...(given.yaml === undefined ? {} : { "forgehand.yml": given.yaml }),
  });
  const args = [
    "explain",
    "--forge",
    given.forge ?? "github",
    "--headers",
    "headers.json",
    "--body",
    "body.json",
  ];
  const { code, stdout, stderr } = await forgehand(args, { cwd, environment: given.environment });
  return { code, stderr, answer: JSON.parse(stdout || "null") as Record<string, unknown> };
}

const signed = (name: string, secret = SECRET) => ({
  "X-Hub-Signature-256": `sha256=${createHmac("sha256", secret).update(fixture("github", name).body).digest("hex")}`,
});

describe("forgehand explain over files", () => {
  it("answers in exactly the documented shape, without config, secret or network", async () => {
    const { code, stdout } = await forgehand(["explain", "--forge", "github", ...files("issue-labeled")]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      sender: {
        state: "not checked",
        reason: "No forge of this name or kind is configured, so there is no secret to check against.",
      },
      reading: {
        kind: "event",
        events: [
          {
            kind: "issue",
            action: "labeled",
            repo: { id: "880011", fullName: "harbour/lighthouse" },
            actor: { id: "5101", login: "mira" },
            issue: {
              number: 12,
              title: "The lamp turns the wrong way",
              state: "open",
              labels: ["bug", "coding agent"],
            },
            label: "coding agent",
          },
        ],
      },
      matches: [
        {
          automation: "coding-agent",
          event: 0,
          matched: true,
          reason: 'The label "coding agent" was set.',
          stillToAsk: ["permission", "label"],
        },
      ],
    });
  });

  it("tells of a pull request with its branches, head and fork", async () => {
    const { answer } = await explain("pull-request-opened");
    const { events } = answer.reading as { events: { pullRequest: object }[] };
    expect(Object.keys(events[0]!.pullRequest)).toEqual([
      ...["number", "title", "state", "labels", "source", "target", "headSha", "fork", "draft"],
    ]);
  });

  it("tells why a delivery is ignored or unreadable", async () => {
    expect((await explain("star")).answer).toMatchObject({ reading: { kind: "ignored" }, matches: [] });
    expect((await explain("not-json")).answer).toMatchObject({
      reading: { kind: "unreadable" },
      matches: [],
    });
  });

  const environment = { GITHUB_WEBHOOK_SECRET: SECRET };

  it.each([
    ["proven by the right signature", signed("issue-labeled"), "proven"],
    ["unproven by a wrong one", signed("issue-labeled", "guessed"), "unproven"],
    ["not checked without one", {}, "not checked"],
  ])("finds the sender %s", async (_, headers, state) => {
    const { answer } = await explain("issue-labeled", { headers, environment });
    expect(answer.sender).toMatchObject({ state });
  });

  it("finds the forge of a kind whose secret proves it, and asks its automations", async () => {
    const yaml = `
forges:
  one: { kind: github, token: "\${NOT_THERE}", webhookSecret: another }
  two: { kind: github, token: "\${NOT_THERE}", webhookSecret: ["\${NOT_THERE}", "${SECRET}"] }
automations:
  of-one: { on: { label: coding agent }, forges: [one], run: x }
  of-two: { on: { label: coding agent }, forges: [two], run: x, secrets: [NOT_THERE] }
`;
    const { answer, stderr } = await explain("issue-labeled", { yaml, headers: signed("issue-labeled") });
    expect(stderr).toBe("");
    expect(answer).toMatchObject({
      sender: { state: "proven" },
      matches: [
        { automation: "of-one", matched: false },
        { automation: "of-two", matched: true },
      ],
    });
    const named = await explain("issue-labeled", { yaml, forge: "one", headers: signed("issue-labeled") });
    expect(named.answer.sender).toMatchObject({ state: "unproven" });
  });

  it("says that a secret is not there", async () => {
    const yaml = 'forges: { work: { kind: github, token: t, webhookSecret: "${NOT_THERE}" } }';
    const { answer } = await explain("issue-labeled", {
      yaml,
      forge: "work",
      headers: signed("issue-labeled"),
    });
    expect(answer.sender).toEqual({
      state: "not checked",
      reason: "The secret of the forge work is not there.",
    });
  });

  it("takes an unknown forge, a missing file and headers that are no object as mistakes", async () => {
    const args = (forge: string, headers: string) => [
      "explain",
      "--forge",
      forge,
      "--headers",
      headers,
      "--body",
      headers,
    ];
    const cwd = folderWith({ "list.json": "[1]" });
    expect(await forgehand(args("svn", "list.json"), { cwd })).toMatchObject({ code: 1, stdout: "" });
    expect(await forgehand(args("github", "nope.json"), { cwd })).toMatchObject({ code: 1, stdout: "" });
    expect(await forgehand(args("github", "list.json"), { cwd })).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("forgehand explain of a kept delivery", () => {
  /** A data folder in which a delivery was received. */
  async function received(wanted: boolean): Promise<string> {
    const cwd = folderWith();
    const store = await openSqlite({ path: `${cwd}/forgehand.db`, log: silent });
    const delivery = {
      forge: "github",
      door: "",
      id: "the-forges-id",
      event: "issues",
      receivedAt: new Date(),
    };
    const reading = github.normalise({ ...label, event: "issues" });
    await store.record({ delivery: { ...delivery, ...label }, reading, wanted });
    await store.close();
    return cwd;
  }

  it.each(["1", "the-forges-id"])("finds it as %j and tells the same", async (name) => {
    const cwd = await received(true);
    const { code, stdout } = await forgehand(["explain", name, "--data", "."], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      sender: { state: "proven" },
      reading: { kind: "event", events: [{ label: "coding agent" }] },
      matches: [{ automation: "coding-agent", matched: true }],
    });
  });

  it("says that nobody wanted it", async () => {
    const cwd = await received(false);
    const { stdout } = await forgehand(["explain", "1", "--data", "."], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ reading: { kind: "ignored" }, matches: [] });
  });

  it("ends with 1 and a sentence where there is none", async () => {
    const { code, stderr } = await forgehand(["explain", "17", "--data", "."]);
    expect(code).toBe(1);
    expect(stderr).toContain("There is no delivery 17 here, or it was pruned.");
  });
});
