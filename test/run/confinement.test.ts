import { describe, expect, it } from "@jest/globals";

import { boxOf, confinementOf } from "../../src/run/confinement.ts";
import { hostsOf, REGISTRY_HOSTS } from "../../src/core/registries.ts";
import { openWorkspace } from "../../src/run/workspace.ts";
import { openRunRoom } from "../support/run-room.ts";
import { automation } from "../support/samples.ts";
import { temporaryFolder } from "../support/temporary.ts";

const WORKS = { works: true } as const;
const BROKEN = { works: false, reason: "Install bubblewrap." } as const;

describe("where a command runs", () => {
  it.each([
    ["auto", "a command", WORKS, "boxed"],
    ["auto", "a command", BROKEN, "plain"],
    ["auto", "an agent", WORKS, "boxed"],
    ["auto", "an agent", BROKEN, "refused"],
    ["required", "a command", WORKS, "boxed"],
    ["required", "a command", BROKEN, "refused"],
    ["required", "an agent", BROKEN, "refused"],
    ["none", "a command", WORKS, "plain"],
    ["none", "an agent", WORKS, "plain"],
    ["none", "an agent", BROKEN, "plain"],
  ] as const)(
    "with sandbox: %s, for %s, is decided by whether it works: %j → %s",
    (sandbox, who, state, kind) => {
      expect(confinementOf({ sandbox, agent: who === "an agent" }, state).kind).toBe(kind);
    },
  );

  it("is told with the reason and what to do where nothing is started", () => {
    const refused = confinementOf({ sandbox: "required", agent: false }, BROKEN);
    expect(refused).toMatchObject({ reason: expect.stringMatching(/Install bubblewrap\..*sandbox: none/) });
  });
});

describe("where a command of a repository's own automation runs", () => {
  const own = { sandbox: "required", written: "{}", agent: false } as const;

  it("is the sandbox, and nowhere where that does not work", () => {
    expect(confinementOf(own, WORKS)).toEqual({ kind: "boxed" });
    expect(confinementOf(own, BROKEN)).toEqual({
      kind: "refused",
      reason:
        "An automation of a repository runs in the sandbox only, which does not work here, so nothing was started. Install bubblewrap.",
    });
  });
});

describe("what a box reaches", () => {
  it("is the package registries where nothing is said", () => {
    expect(hostsOf()).toEqual(REGISTRY_HOSTS);
    expect(REGISTRY_HOSTS).toEqual(expect.arrayContaining(["registry.npmjs.org", "pypi.org", "crates.io"]));
  });

  it("is nothing where the list is empty, and the registries with others where they are named", () => {
    expect(hostsOf([])).toEqual([]);
    expect(hostsOf(["package-registries", "api.example.com"])).toEqual([
      ...REGISTRY_HOSTS,
      "api.example.com",
    ]);
  });
});

it("a box writes the folders of its workspace that are the command's, and not our git dir", async () => {
  await using folder = await temporaryFolder();
  const workspace = await openWorkspace(folder.path, 1, "token");
  const box = boxOf(automation({ network: [], limits: { processes: 5 } }), workspace, {
    network: ["a.example.com"],
  });
  expect(box).toMatchObject({ network: ["a.example.com"], limits: { processes: 5 }, reads: [], hides: [] });
  expect(box.tmp).toBe(workspace.tmp);
  expect(box.writes).not.toContain(workspace.git);
  expect(box.writes).toEqual([workspace.work, workspace.files, workspace.home, workspace.tmp]);
});

it("a run that requires the sandbox where there is none ends as an error, before its command", async () => {
  const room = await openRunRoom();
  try {
    const run = await room.perform({ sandbox: "required", run: "touch started" });
    expect(run).toMatchObject({ state: "errored", reason: expect.stringContaining("nothing was started") });
    expect(await room.log(run)).not.toContain("starting the command");
  } finally {
    await room.close();
  }
});
