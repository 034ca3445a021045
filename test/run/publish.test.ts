import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { ForgehandError } from "../../src/core/errors.ts";
import type { RunRoom } from "../support/run-room.ts";
import { openRunRoom } from "../support/run-room.ts";
import { issueEvent } from "../support/samples.ts";

const BRANCH = "forgehand/automation-1/7-fix-it";

let room: RunRoom;
beforeEach(async () => {
  room = await openRunRoom();
});
afterEach(() => room.close());

/** Files of our branch with their modes, as `git ls-tree` lists them. */
const tree = async (branch = BRANCH) =>
  (await room.git("ls-tree", "-r", "--format=%(objectmode) %(path)", branch)).split("\n");

/** Run this as a command, and list what is on our branch afterwards. */
async function treeAfter(...lines: string[]): Promise<string[]> {
  expect(await room.perform({ run: lines.join("\n") })).toMatchObject({ state: "succeeded" });
  return tree();
}

it("a bad moment of the store right after the push does not end the run", async () => {
  const { store } = room;
  const write = store.write.bind(store);
  let failures = 0;
  store.write = async (claim, step) => {
    if (failures === 0 && (await room.git("branch", "--list", BRANCH)) !== "") {
      failures++;
      throw new ForgehandError("STORE_UNAVAILABLE", "The disk is full.", { retryable: true });
    }
    return write(claim, step);
  };
  expect(await room.perform({ run: "touch new" })).toMatchObject({ state: "succeeded", pullRequest: {} });
  expect(failures).toBe(1);
});

describe("what a command did", () => {
  it("is its own commits, and on top of them what it left uncommitted", async () => {
    const run = await room.perform({
      run: "echo one > one; git add one; git commit -qm 'Add one'; echo two > two",
    });
    const log = await room.git("log", "--format=%s by %an <%ae>", `main..${BRANCH}`);
    expect(log.split("\n")).toEqual([
      "Fix it by forgehand <99+forgehand@users.noreply.127.0.0.1>",
      "Add one by forgehand <99+forgehand@users.noreply.127.0.0.1>",
    ]);
    expect(await tree()).toEqual(["100644 .gitignore", "100644 README.md", "100644 one", "100644 two"]);
    expect(await room.git("rev-parse", BRANCH)).toBe(run.pushedSha);
  });

  it("is its commits alone where it left nothing else", async () => {
    await room.perform({
      run: "echo one > one; git add one; git commit -qm 'Add one'; git gc -q; git pack-refs --all",
    });
    expect(await room.git("log", "--format=%s", `main..${BRANCH}`)).toBe("Add one");
  });

  it("is found on whatever branch or commit it ended", async () => {
    await room.perform({
      run: "git checkout -qb other; git commit -q --allow-empty -m Empty; git checkout -q --detach",
    });
    expect(await room.git("log", "--format=%s", `main..${BRANCH}`)).toBe("Empty");
  });

  it("is there even when it deleted its git dir", async () => {
    expect(await treeAfter("rm -rf .git; echo new > new")).toContain("100644 new");
  });

  it("is nothing when it only looked at an older commit", async () => {
    await room.commit("main", { "second.txt": "2" }, "main");
    const run = await room.perform({ run: "git checkout -q HEAD~1" });
    expect(run).toMatchObject({ state: "succeeded", reason: expect.stringContaining("Nothing was changed") });
  });

  it("keeps modes, links and odd names, and leaves out what is ignored", async () => {
    const files = await treeAfter(
      "echo x > run.sh; chmod +x run.sh; ln -s README.md link",
      "touch ignored 'with space' \"$(printf 'new\\nline')\" \"$(printf '\\377')\" ./-dash",
    );
    expect(files).toEqual(
      expect.arrayContaining(["100755 run.sh", "120000 link", "100644 with space", "100644 -dash"]),
    );
    expect(files).toContain(String.raw`100644 "new\nline"`);
    expect(files).toContain(String.raw`100644 "\377"`);
    expect(files).not.toContain("100644 ignored");
  });

  it("removes what it removed, and turns files into folders and folders into links", async () => {
    await room.commit(
      "main",
      { "gone.txt": "x", "folder/file": "x", file: "x", "deep/er/file": "x" },
      "main",
    );
    const files = await treeAfter(
      "rm -r gone.txt deep; mv folder moved; ln -s moved folder; rm file; mkdir file; echo x > file/inside",
    );
    const common = ["100644 .gitignore", "100644 README.md"];
    expect(files).toEqual([...common, "100644 file/inside", "120000 folder", "100644 moved/file"]);
  });

  it("leaves out repositories inside the repository, and says so", async () => {
    const run = await room.perform({ run: "git init -q nested; touch nested/file new; mkfifo pipe" });
    expect(await tree()).toEqual(["100644 .gitignore", "100644 README.md", "100644 new"]);
    expect(await room.log(run)).toContain(
      "forgehand: nested is a git repository of its own and was left out\n",
    );
  });

  it("keeps a submodule as it is", async () => {
    const library = await room.git("rev-parse", "main");
    await room.git("read-tree", "main");
    await room.git("update-index", "--add", "--cacheinfo", `160000,${library},lib`);
    const tree = await room.git("write-tree");
    await room.git(
      "update-ref",
      "refs/heads/main",
      await room.git("commit-tree", tree, "-p", "main", "-m", "lib"),
    );
    expect(await treeAfter("touch new; test -d lib")).toContain("160000 lib");
  });
});

describe("a pull request", () => {
  it("is described by the summary that the command wrote, with nothing in it that acts", async () => {
    await room.perform({
      run: "touch new; printf 'Fixed, @alice.\\n/merge\\n<!-- x -->\\n' > \"$FORGEHAND_SUMMARY_PATH\"",
    });
    const body = room.forge.pullRequests[0]?.body ?? "";
    expect(body).toMatch(/^Fixed, @\u200balice/);
    expect(body).not.toMatch(/^\/merge/m);
    expect(body).not.toContain("<!-- x");
    expect(body).toContain("Closes #7");
  });

  it("hides secrets in the summary", async () => {
    await room.perform({
      run: 'touch new; echo "$WORD" > "$FORGEHAND_SUMMARY_PATH"',
      secrets: { WORD: "secret-word" },
    });
    expect(room.forge.pullRequests[0]?.body).toMatch(/^\*\*\*/);
  });

  it("is never described by what a link leads to", async () => {
    await writeFile(join(room.origin, "private"), "private words");
    await room.perform({ run: `touch new; ln -s ${join(room.origin, "private")} "$FORGEHAND_SUMMARY_PATH"` });
    expect(room.forge.pullRequests[0]?.body).not.toContain("private words");
  });

  it("is gone on with while it is open, also when the issue has another title now", async () => {
    await room.perform({ run: "echo one > one" });
    const run = await room.perform(
      { name: "automation-1", run: "cat one; echo two > two" },
      { event: issueEvent({ issue: { ...issueEvent().issue, title: "Fix more" } }) },
    );
    expect(run).toMatchObject({ state: "succeeded", branch: BRANCH });
    expect(await room.git("rev-list", "--count", `main..${BRANCH}`)).toBe("2");
    expect(room.forge.pullRequests).toHaveLength(1);
    expect(run.pullRequest?.number).toBe(room.forge.pullRequests[0]?.number);
  });

  it("stays when a later run changes nothing", async () => {
    const first = await room.perform({ run: "echo one > one" });
    const second = await room.perform({ name: "automation-1", run: "true" }, {});
    expect(second).toMatchObject({ state: "succeeded", pullRequest: first.pullRequest });
    expect(second.pushedSha).toBeUndefined();
  });

  it("begins afresh from the default branch when the last one is closed", async () => {
    await room.perform({ run: "echo one > one" });
    room.forge.pullRequests[0] = { ...room.forge.pullRequests[0]!, state: "closed" };
    const run = await room.perform({ name: "automation-1", run: "test ! -e one; echo two > two" }, {});
    expect(run).toMatchObject({ state: "succeeded", branch: BRANCH });
    expect(await room.git("rev-list", "--count", `main..${BRANCH}`)).toBe("1");
    expect(room.forge.pullRequests).toHaveLength(2);
  });

  it("is a branch alone where the forge opens none, with the page to open one from", async () => {
    await using bare = {
      room: await openRunRoom({ pullRequests: false }),
      [Symbol.asyncDispose]: () => bare.room.close(),
    };
    const run = await bare.room.perform({ run: "touch new" });
    const page = `https://forge.example/octo/hello/compare/main...${BRANCH}`;
    expect(run).toMatchObject({
      state: "succeeded",
      branch: BRANCH,
      reason: `The changes are on the branch ${BRANCH}. Open a pull request from it by hand: ${page}`,
    });
    expect(await bare.room.git("rev-parse", BRANCH)).toBe(run.pushedSha);
  });

  it("is asked for again when the forge has a bad moment", async () => {
    const passing = new ForgehandError("FORGE_UNREACHABLE", "no answer", { retryable: true });
    room.forge.failNext("openPullRequest", passing);
    expect(await room.perform({ run: "touch new" })).toMatchObject({ state: "succeeded" });
    expect(room.forge.pullRequests).toHaveLength(1);
  });

  it("that the forge refuses ends the run with the forge's words, and the branch stays", async () => {
    room.forge.failNext("openPullRequest", new ForgehandError("FORGE_REFUSED", "GitHub refused: no rights."));
    const run = await room.perform({ run: "touch new" });
    expect(run).toMatchObject({ state: "errored", reason: "GitHub refused: no rights.", branch: BRANCH });
    expect(await room.git("rev-parse", BRANCH)).toBe(run.pushedSha);
  });
});

describe("a push", () => {
  it("that the server refuses ends the run with the server's words", async () => {
    await writeFile(
      join(room.origin, "hooks/pre-receive"),
      "#!/bin/sh\necho 'This branch is frozen.'\nexit 1\n",
      {
        mode: 0o755,
      },
    );
    const run = await room.perform({ run: "touch new" });
    expect(run.state).toBe("errored");
    expect(run.reason).toContain("This branch is frozen.");
    expect(run.reason).toContain("pre-receive hook declined");
    expect(run.pushedSha).toBeUndefined();
  });

  it("goes over nobody's work: a branch that moved meanwhile stays", async () => {
    await room.perform({ run: "echo one > one" });
    const line = `git -C ${room.origin} update-ref refs/heads/${BRANCH} main; echo two > two`;
    const run = await room.perform({ name: "automation-1", run: line }, {});
    expect(run).toMatchObject({
      state: "errored",
      reason: expect.stringContaining("changed by somebody else"),
    });
    expect(await room.git("rev-parse", BRANCH)).toBe(await room.git("rev-parse", "main"));
  });
});
