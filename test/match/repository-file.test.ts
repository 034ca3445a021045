import { describe, expect, it } from "@jest/globals";

import { ForgehandError } from "../../src/core/errors.ts";
import type { PushEvent } from "../../src/core/event.ts";
import { silent } from "../../src/core/log.ts";
import { isDue } from "../../src/match/repository-file.ts";
import { wants } from "../../src/match/wants.ts";
import { createReportStep } from "../../src/report/report.ts";
import { repositoryFiles } from "../../src/repository-files.ts";
import { configOf } from "../config/loading.ts";
import { scene } from "../support/match-scene.ts";
import {
  automation,
  commentEvent,
  issueEvent,
  OTHER_SHA,
  pullRequest,
  pullRequestEvent,
  pushEvent,
  repo,
  SHA,
} from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

const GRANTS = "repositoryAutomations: { repositories: [octo/*], secrets: [TOKEN] }";
const config = (grants = GRANTS) => configOf(grants, { environment: { TOKEN: "s3cret" } });
const GOOD =
  "automations:\n  test:\n    on: { pull_request: [opened], push: true, command: go }\n    run: make test\n";
const BAD = GOOD.replace("run:", "sandbox: none\n    rum:");
const OF_SERVER = automation({ name: "server", on: { push: true } });

/** The default branch of a repository with its file, a match step and a report step. */
async function opened(grants = GRANTS) {
  const kept = await temporaryStore();
  const files = repositoryFiles({ ...config(grants), automations: [OF_SERVER] });
  const room = await scene([OF_SERVER], kept.store, undefined, files);
  const { forge } = room;
  const heads = { main: SHA };
  Object.assign(forge.listings, {
    branches: async () => ({
      kind: "listed",
      whole: true,
      requests: 1,
      items: [
        { name: "change", sha: "c".repeat(40) },
        { name: "main", sha: heads.main },
      ],
    }),
  });
  const commit = (sha: string, text?: string): PushEvent => {
    const before = heads.main;
    heads.main = sha;
    room.refs.heads.set("refs/heads/main", [sha]);
    if (text !== undefined) forge.files.set(`.forgehand.yml@${sha}`, text);
    return pushEvent({ before, after: sha });
  };
  const report = createReportStep({
    store: kept.store,
    forge: () => forge,
    runUrl: () => undefined,
    log: silent,
  });
  /** What stands at the forge under the name of the file, newest last. */
  const shown = async () => {
    for (;;) {
      const claim = await kept.store.claim("report", { lease: 60_000 });
      if (claim === undefined) break;
      await report(claim, new AbortController().signal);
    }
    return forge.statuses
      .filter(({ status }) => status.context === "forgehand/config")
      .map(({ place, status }) => [place.sha, status.state, status.description]);
  };
  const names = async () => (await room.runs()).map(({ automation: name }) => name);
  return {
    ...room,
    ...kept,
    files,
    commit,
    shown,
    names,
    [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose](),
  };
}

describe("the file on the default branch", () => {
  it("adds its automations beside those of the server, and each run keeps what the file said", async () => {
    await using room = await opened();
    const decisions = await room.deliver(room.commit(SHA, GOOD));
    expect(decisions).toMatchObject([
      { automation: "server", outcome: "run" },
      { automation: "test", outcome: "run", origin: "repository" },
    ]);
    expect(decisions[1]?.steps?.find(({ what }) => what === "repository")?.said).toBe(
      "It comes from the file .forgehand.yml of the repository octo/hello.",
    );
    await room.deliver(room.commit(OTHER_SHA, GOOD.replace("make test", "make all")));
    const runs = (await room.runs()).filter(({ automation: name }) => name === "test");
    const commands = runs.map(({ written = "" }) => (JSON.parse(written) as { run: string }).run);
    expect(commands).toEqual(["make test", "make all"]);
    expect(JSON.stringify(runs)).not.toContain("s3cret");
  });

  it("is not the one of a pull request, of its own repository or of a fork, until that is merged", async () => {
    await using room = await opened();
    await room.deliver(room.commit(SHA, GOOD));
    const evil = GOOD.replace("make test", "steal");
    room.forge.files.set(`.forgehand.yml@${OTHER_SHA}`, evil);
    room.forge.files.set(".forgehand.yml@change", evil);
    for (const [number, fork] of [
      [8, false],
      [9, true],
    ] as const) {
      const change = pullRequest({ number, fork, headSha: OTHER_SHA });
      await room.deliver(pullRequestEvent({ pullRequest: change }));
    }
    await room.deliver(pushEvent({ ref: "refs/heads/change", after: OTHER_SHA }));
    expect(JSON.stringify(await room.runs())).not.toContain("steal");
    expect(room.forge.calls.filter((call) => call === "readFile")).toHaveLength(1);
    await room.deliver(room.commit(OTHER_SHA));
    expect((await room.runs()).at(-1)?.written).toContain("steal");
  });

  it("is read at the head of the branch, whatever old push is told again", async () => {
    await using room = await opened();
    const first = room.commit(SHA, GOOD);
    room.commit(OTHER_SHA, "automations: {}");
    await room.deliver(first);
    expect(await room.names()).toEqual(["server"]);
    expect(await room.store.repositoryFile("github", repo.id)).toMatchObject({ sha: OTHER_SHA });
  });

  it("counts for nothing while it has a problem, and its commits say so until it is mended", async () => {
    await using room = await opened();
    const decisions = await room.deliver(room.commit(SHA, BAD));
    expect(decisions).toMatchObject([
      {
        automation: ".forgehand.yml",
        outcome: "not matched",
        reason: expect.stringContaining("Line 5, column 5: "),
      },
      { automation: "server", outcome: "run" },
    ]);
    const bad =
      "Line 2, column 3: automations.test.run: Say what to do: `run:` and a shell command, or `agent:` and its name. (and 1 more)";
    expect(await room.shown()).toEqual([[SHA, "error", bad]]);
    await room.deliver(room.commit(OTHER_SHA, GOOD));
    const good = [OTHER_SHA, "success", ".forgehand.yml counts again."];
    expect(await room.shown()).toEqual([[SHA, "error", bad], good]);
    await room.deliver(room.commit("d".repeat(40), GOOD));
    expect(await room.shown()).toHaveLength(2);
  });

  it("is told as a problem where the forge refuses it, while the server's automations go on", async () => {
    await using room = await opened();
    room.forge.failNext("readFile", new ForgehandError("FORGE_REFUSED", "The forge will not show this."));
    const decisions = await room.deliver(room.commit(SHA, GOOD));
    expect(decisions.map(({ reason }) => reason)[0]).toContain(
      "The file could not be read: The forge will not show",
    );
    expect(await room.names()).toEqual(["server"]);
  });

  it("is asked for again where the forge has a bad moment", async () => {
    await using room = await opened();
    const trouble = new ForgehandError("FORGE_UNREACHABLE", "It did not answer.", { retryable: true });
    room.forge.failNext("readFile", trouble);
    await expect(room.deliver(room.commit(SHA, GOOD))).rejects.toThrow("It did not answer.");
    expect(await room.names()).toEqual([]);
  });

  it("counts in no repository that the server does not list, and nowhere by default", async () => {
    await using elsewhere = await opened("repositoryAutomations: { repositories: [other/*] }");
    await elsewhere.deliver(elsewhere.commit(SHA, GOOD));
    await using nowhere = await opened("{}");
    await nowhere.deliver(nowhere.commit(SHA, GOOD));
    expect([await elsewhere.names(), await nowhere.names()]).toEqual([["server"], ["server"]]);
    expect([...elsewhere.forge.calls, ...nowhere.forge.calls]).not.toContain("readFile");
  });

  it("lets nobody ask who may not write", async () => {
    await using room = await opened();
    room.forge.permissions.set("alice", "triage");
    await room.deliver(room.commit(SHA, GOOD));
    const decisions = await room.deliver(commentEvent("/forgehand go"));
    expect(decisions.map(({ automation: name, outcome }) => [name, outcome])).toContainEqual([
      "test",
      "refused",
    ]);
    expect(await room.names()).toEqual([]);
  });

  it("is judged anew where the server grants less than before", async () => {
    await using room = await opened();
    const text = `${GOOD}    secrets: [TOKEN]\n`;
    await room.deliver(room.commit(SHA, text));
    const written = (await room.runs()).at(-1)?.written ?? "";
    expect(room.files.readWritten("test", written)).toMatchObject({ secrets: { TOKEN: "s3cret" } });
    const less = repositoryFiles(configOf("repositoryAutomations: { repositories: [octo/*] }"));
    expect(less.read(text).automations).toEqual([]);
    expect(less.readWritten("test", written)).toMatchObject({
      missing: expect.stringContaining("The server does not grant a secret of this name."),
    });
  });
});

describe("whether the file has to be asked for again", () => {
  const kept = { branch: "main", sha: SHA, askedAt: new Date(0) };
  const HOUR_MS = 3_600_000;
  it.each([
    ["after an hour", issueEvent(), HOUR_MS + 1, true],
    ["within an hour", issueEvent(), HOUR_MS, false],
    ["after a push to the default branch", pushEvent({ after: OTHER_SHA }), 1, true],
    ["after the push that it was read at", pushEvent({ after: SHA }), 1, false],
    ["after a push to another branch", pushEvent({ ref: "refs/heads/x", after: OTHER_SHA }), 1, false],
    [
      "after a push that does not tell the default branch",
      pushEvent({ after: OTHER_SHA, repo: { id: "42", fullName: "octo/hello" } }),
      1,
      true,
    ],
  ])("%s", (_when, event, now, due) => {
    expect(isDue(kept, event, new Date(now))).toBe(due);
  });
});

describe("a delivery that no automation of the server wants", () => {
  const files = repositoryFiles(config());
  const reading = { kind: "event", events: [issueEvent()] } as const;
  it.each([
    ["of a repository that may have a file", { forge: "github", door: "" }, files, true],
    ["found by looking", { forge: "github", door: "@poll" }, files, true],
    ["at the private address of an automation", { forge: "github", door: "server" }, files, false],
    ["where none may have one", { forge: "github", door: "" }, repositoryFiles(configOf("{}")), false],
  ])("%s is kept with its body: %#", (_what, place, given, kept) => {
    expect(wants(reading, [], place, given)).toBe(kept);
  });
});
