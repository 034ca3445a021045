import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir, networkInterfaces } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, expect, it } from "@jest/globals";

import type { Box, Exit } from "../../src/core/executor.ts";
import { sandboxExecutor } from "../../src/run/sandbox.ts";
import { boxAround, SANDBOX_PROGRAMS } from "../support/boxes.ts";
import { startMortal } from "../support/mortal.ts";
import { processesIn } from "../support/processes.ts";
import { describeWith, missingOf } from "../support/services.ts";
import type { Temporary } from "../support/temporary.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";

/** What no command may ever print. */
const SECRET = createHash("sha256").update("a secret of this test").digest("hex");

/** Numbers of system calls on this kind of processor. */
const SYSTEM_CALLS =
  process.arch === "arm64" ? { ptrace: 117, keyctl: 219, bpf: 280 } : { ptrace: 101, keyctl: 250, bpf: 321 };

let folder: Temporary;
/** As Forgehand has it: the store, the config, and the workspaces of two runs. */
let data: string;
let config: string;
let work: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  data = join(folder.path, "data");
  config = join(folder.path, "forgehand.yml");
  work = join(data, "runs/1-token/work");
  const others = join(data, "runs/2-token/work");
  await mkdir(work, { recursive: true });
  await mkdir(others, { recursive: true });
  for (const file of [join(data, "forgehand.db"), join(others, "secret"), config])
    await writeFile(file, SECRET);
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

/** Run a shell line in a box as a run would. */
async function attack(line: string, change: Partial<Box> = {}): Promise<{ exit: Exit; output: string }> {
  let output = "";
  const exit = await sandboxExecutor({ closed: [data, config] }).execute(
    {
      argv: ["sh", "-uc", line],
      cwd: work,
      environment: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: work },
      timeout: 60_000,
      outputLimit: 1_000_000,
      killAfter: 1_000,
      box: boxAround(work, change),
    },
    { signal: new AbortController().signal, onOutput: (text) => (output += text) },
  );
  return { exit, output };
}

/** Ask addresses from inside of a box in each of three ways: straight, by the proxy, and through a tunnel of the proxy. */
async function ask(urls: readonly string[], change: Partial<Box>): Promise<{ exit: Exit; output: string }> {
  await writeFile(join(work, "ask.cjs"), ASK);
  return attack(`node ask.cjs ${urls.map((url) => `'${url}'`).join(" ")}`, change);
}

const ASK = `
const { request } = require("node:http");
const proxy = { host: "127.0.0.1", port: 3128, timeout: 5000 };
const ways = {
  straight: ({ hostname, port }) => ({ hostname: hostname.replace(/[\\[\\]]/g, ""), port: port || 80 }),
  proxied: (url) => ({ ...proxy, path: url.href, headers: { host: url.host } }),
  tunnelled: (url) => ({ ...proxy, method: "CONNECT", path: url.hostname + ":" + (url.port || 80) }),
};
for (const url of process.argv.slice(2).map((text) => new URL(text))) {
  for (const [name, way] of Object.entries(ways)) {
    const told = (answer) => console.log("asked " + url + " " + name + ": " + answer);
    const asked = request(way(url), (answer) => (told(answer.statusCode), answer.pipe(process.stdout)));
    asked.on("connect", (answer, socket) => (told(answer.statusCode), socket.destroy()));
    asked.on("error", (error) => told(error.code)).end();
  }
}`;

/** A service of this machine on every address, and how often it was reached. */
async function startService(): Promise<AsyncDisposable & { port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.host}`);
    response.end(SECRET);
  });
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    asked,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describeWith(missingOf(SANDBOX_PROGRAMS))("a command in the sandbox", () => {
  it("reads nothing of the data folder, the config or another workspace", async () => {
    const { output } = await attack(
      `cat ${data}/forgehand.db ${data}/runs/*/work/secret ${config}; grep -r ${SECRET} / --exclude-dir=proc --exclude-dir=usr; ls ${data} ${data}/runs`,
    );
    expect(output).not.toContain(SECRET);
    expect(output).not.toContain("2-token");
    expect(output).toContain("1-token");
  });

  it("reads none of it where the folder above is one that it may read", async () => {
    const { output } = await attack(
      `ls ${folder.path}; cat ${data}/forgehand.db ${data}/runs/2-token/work/secret ${config}; touch ${data}/new`,
      { reads: [folder.path] },
    );
    expect(output).toContain("forgehand.yml");
    expect(output).not.toContain(SECRET);
    expect(await readdir(data)).toEqual(["forgehand.db", "runs"]);
  });

  it("reads no keys and passwords of the system", async () => {
    const files = [
      "/etc/shadow",
      "/etc/ssl/private",
      "/etc/ssh",
      join(homedir(), ".ssh"),
      "/var/lib",
      "/run/secrets",
      "/sys/kernel",
    ];
    const { output } = await attack(
      `for file in ${files.join(" ")}; do test -e $file && echo "there is $file"; done`,
    );
    expect(output).toBe("");
  });

  it("sees no process but its own, and nothing of what ours was started with", async () => {
    const name = `forgehand-${randomUUID()}`;
    const ours = spawn("sleep", ["600"], { env: { ...process.env, [name]: SECRET } });
    try {
      const { output } = await attack(
        `cat /proc/*/environ /proc/*/cmdline /proc/*/task/*/environ | tr '\\0' '\\n'; ls -d /proc/${process.pid} /proc/${ours.pid}; ls -d /proc/[0-9]* | wc -l`,
      );
      expect(output).not.toContain(SECRET);
      expect(output).not.toContain(name);
      expect(Number(output.trim().split("\n").at(-1))).toBeLessThan(10);
    } finally {
      ours.kill("SIGKILL");
    }
  });

  it("cannot signal or trace a process of ours", async () => {
    const ours = spawn("sleep", ["600"]);
    try {
      const trace = `perl -e 'print "traced " . syscall(${SYSTEM_CALLS.ptrace}, 16, ${ours.pid}, 0, 0)'`;
      const { output } = await attack(
        `kill -KILL ${ours.pid} ${process.pid}; kill -KILL -1; ${trace}; cat /proc/${ours.pid}/mem`,
      );
      expect(output).not.toContain("traced 0");
      expect(ours.exitCode ?? ours.signalCode).toBe(null);
    } finally {
      ours.kill("SIGKILL");
    }
  });

  it("writes nowhere but into its own folders", async () => {
    const outside = [
      "/",
      "/usr",
      "/etc",
      "/dev",
      "/var",
      "/run",
      dirname(work),
      "/proc/sys/kernel/hostname",
      "/proc/sys/kernel/core_pattern",
      "/proc/sysrq-trigger",
      "/proc/self/attr/current",
    ];
    const { output } = await attack(
      `for place in ${outside.join(" ")}; do (echo x > $place/forgehand-attack || echo x > $place) 2>/dev/null && echo "wrote to $place"; done; echo x > allowed && echo done`,
      { reads: [folder.path] },
    );
    expect(output).toBe("done\n");
    expect(await readdir(folder.path)).toEqual(["data", "forgehand.yml"]);
  });

  it("cannot change who may use a program, a library or a device of this machine", async () => {
    const files = ["/usr/bin/env", "/dev/null", "/dev/urandom", "/dev", "/etc/passwd", "/bin", config];
    const { output } = await attack(
      `for file in ${files.join(" ")}; do chmod 777 $file && echo "changed $file"; done 2>/dev/null; echo x > /dev/null && echo done`,
      { reads: [folder.path] },
    );
    expect(output).toBe("done\n");
  });

  it("follows no link out of its folders", async () => {
    await symlink(config, join(work, "config"));
    await symlink(data, join(work, "data"));
    await symlink(`/proc/${process.pid}/root${config}`, join(work, "root"));
    const { output } = await attack(
      "cat config data/forgehand.db root; echo x > config; echo x > data/new; ln -s ../../../forgehand.db own; cat own; ln /usr/bin/env hard",
    );
    expect(output).not.toContain(SECRET);
    expect(await readFile(config, "utf8")).toBe(SECRET);
    expect(await readdir(data)).toEqual(["forgehand.db", "runs"]);
  });

  it("has no rights of root, and cannot get any", async () => {
    const { output } = await attack(
      "grep -E 'Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs' /proc/self/status; unshare --user --map-root-user true && echo unshared; mount -t tmpfs none . && echo mounted; su -c id; id -u",
    );
    expect(output).toContain("CapEff:\t0000000000000000");
    expect(output).toContain("CapBnd:\t0000000000000000");
    expect(output).toContain("NoNewPrivs:\t1");
    expect(output).not.toMatch(/unshared|mounted|uid=0/);
    expect(output.trim().split("\n").at(-1)).not.toBe("0");
  });

  it("reaches no keyring, no virtual machine's host and no trace of the kernel", async () => {
    const calls = [
      `print "keyctl ", syscall(${SYSTEM_CALLS.keyctl}, 0, -3, 0) == -1 ? "refused" : "done", "\\n";`,
      `print "bpf ", syscall(${SYSTEM_CALLS.bpf}, 0, 0, 0) == -1 ? "refused" : "done", "\\n";`,
      // 40 is AF_VSOCK, and 97 EAFNOSUPPORT.
      'print "vsock ", socket(my $socket, 40, 1, 0) ? "done" : $! + 0, "\\n";',
    ];
    await writeFile(join(work, "calls.pl"), calls.join("\n"));
    const { output } = await attack("perl calls.pl");
    expect(output.trim().split("\n")).toEqual(["keyctl refused", "bpf refused", "vsock 97"]);
  });

  it("reaches no service of this machine, by any of its addresses or names", async () => {
    await using service = await startService();
    const here = Object.values(networkInterfaces()).flatMap(
      (all) => all?.filter(({ family }) => family === "IPv4") ?? [],
    );
    const hosts = [
      "127.0.0.1",
      "localhost",
      "0.0.0.0",
      "[::1]",
      "2130706433",
      "0x7f.1",
      ...here.map(({ address }) => address),
    ];
    const urls = hosts.map((host) => `http://${host}:${service.port}/`);
    const { output } = await ask(urls, { network: ["registry.example.com", "*.example.org"] });
    expect(output).not.toContain(SECRET);
    expect(service.asked).toEqual([]);
    expect(output.match(/^asked .*: (403|ECONNREFUSED|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/gm)).toHaveLength(
      3 * urls.length,
    );
  });

  it("reaches no metadata of a cloud and no host that is not listed", async () => {
    const urls = [
      "http://169.254.169.254/latest/",
      "http://metadata.google.internal/",
      "https://example.com/",
      "http://example.com/",
    ];
    const { output } = await ask(urls, { network: ["registry.example.com"] });
    expect(output.match(/^asked .*: (403|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/gm)).toHaveLength(3 * urls.length);
  });

  it("cannot ask a name server, so no name carries anything out", async () => {
    const { output } = await attack(
      "getent hosts secret.example.com && echo found; cat /etc/resolv.conf; node -e 'require(`dgram`).createSocket(`udp4`).send(`x`, 53, `1.1.1.1`, (error) => console.log(error ? `kept` : `sent`) || process.exit())'",
      { network: ["registry.example.com"] },
    );
    expect(output).not.toMatch(/found|nameserver|sent/);
  });

  it("has no network at all where nothing is listed", async () => {
    const { output } = await attack(
      "cat /proc/net/dev | grep -v ' lo:'; env | grep -i proxy; cat /proc/net/tcp | wc -l",
    );
    expect(output).not.toMatch(/eth|en[ps]|wl|PROXY|proxy/);
    expect(output.trim().split("\n").at(-1)).toBe("1");
  });

  it("does not outlive its end as a daemon", async () => {
    const { exit } = await attack(
      "env -i setsid sh -c 'trap \"\" TERM HUP; (sleep 600 & echo ok > daemon; sleep 600)' >/dev/null 2>&1 & until [ -s daemon ]; do sleep 0.01; done",
    );
    expect(exit).toEqual({ kind: "exited", code: 0 });
    expect(await processesIn(work)).toEqual([]);
  });

  it("does not see the guard that ends it when we die", async () => {
    await using worker = startMortal(work, "boxed");
    worker.execute("cat /proc/*/cmdline | tr '\\0' ' ' > seen; echo > done; while :; do sleep 1; done");
    await until(async () => (await readdir(work)).includes("done"));
    expect(await worker.guard()).toBeDefined();
    const seen = await readFile(join(work, "seen"), "latin1");
    expect(seen).toContain("sleep 1");
    expect(seen).not.toContain("forgehand-guard");
  });

  it("is gone when our process is killed in its tracks", async () => {
    await using worker = startMortal(work, "boxed");
    worker.execute("(setsid sleep 600 &) ; trap '' TERM; while :; do sleep 1; done");
    await until(async () => (await processesIn(work)).length > 0);
    worker.kill();
    await until(async () => (await processesIn(work)).length === 0);
  });

  it("is ended when it starts too many processes", async () => {
    const { exit } = await attack("n=0; while [ $n -lt 60 ]; do sleep 60 & n=$((n + 1)); done; wait", {
      limits: { processes: 50 },
    });
    expect(exit).toEqual({ kind: "over limit", what: "more than 50 processes and threads at once" });
    expect(await processesIn(work)).toEqual([]);
  });

  it("is stopped by the kernel where it multiplies faster than anybody can look", async () => {
    const bomb = [
      "$| = 1;",
      "for (1 .. 5000) {",
      "  my $child = fork;",
      '  if (!defined $child) { print "refused after $_\\n"; last }',
      "  if ($child == 0) { sleep 60; exit }",
      "}",
      "sleep 60;",
    ];
    await writeFile(join(work, "bomb.pl"), bomb.join("\n"));
    const { exit, output } = await attack("perl bomb.pl", { limits: { processes: 100 } });
    expect(exit).toEqual({ kind: "over limit", what: "more than 100 processes and threads at once" });
    const [, after] = /refused after (\d+)/.exec(output) ?? [];
    // Unless we looked in time.
    if (after !== undefined) expect(Number(after)).toBeLessThanOrEqual(141);
    expect(await processesIn(work)).toEqual([]);
  });

  it("is ended when it takes too much memory, in one process or many", async () => {
    const limits = { memory: 200 * 1_024 ** 2 };
    const expected = { kind: "over limit", what: "more than 200 MiB of memory" };
    expect((await attack("tail /dev/zero", { limits })).exit).toEqual(expected);
    const one = `perl -e '$held = "x" x 50_000_000; sleep 60'`;
    expect((await attack(`for i in 1 2 3 4 5 6; do ${one} & done; wait`, { limits })).exit).toEqual(expected);
  });

  it("is ended when it fills the disk, by one file or many, be they in a folder that shuts us out", async () => {
    const limits = { disk: 20 * 1_024 ** 2 };
    const expected = { kind: "over limit", what: "more than 20 MiB of disk" };
    expect((await attack("exec cat /dev/zero > file", { limits })).exit).toEqual(expected);
    const line =
      "mkdir closed; chmod 300 closed; for i in 1 2 3 4 5; do head -c 10000000 /dev/zero > closed/$i; done; sleep 60";
    expect((await attack(line, { limits })).exit).toEqual(expected);
  });

  it("is ended when one of its processes takes too much processor time", async () => {
    const { exit } = await attack("exec perl -e '1 while 1'", { limits: { cpu: 1 } });
    expect(exit).toEqual({ kind: "over limit", what: "more than 1 second of processor time in one process" });
  });
});

describeWith(missingOf(SANDBOX_PROGRAMS))("what a box hides", () => {
  const hides = ["settings.json", "notes.md", "agents", "there-not", "link", "sub/link"].map(
    (name) => () => join(work, name),
  );
  const hidden = () => hides.map((path) => path());

  beforeEach(async () => {
    await mkdir(join(work, "agents"));
    await mkdir(join(work, "sub"));
    await mkdir(join(work, "elsewhere"));
    await mkdir(join(work, "deep/down"), { recursive: true });
    for (const name of [
      "settings.json",
      "notes.md",
      "agents/hook",
      "elsewhere/hook",
      "deep/down/hook",
      "kept",
    ]) {
      await writeFile(join(work, name), SECRET);
    }
    await symlink("elsewhere", join(work, "link"));
    await symlink("../deep/down", join(work, "sub/link"));
  });

  it("is seen empty, also behind links, and stays as it is", async () => {
    const { output } = await attack(
      "cat settings.json notes.md; ls agents link sub/link there-not 2>&1; echo x > agents/new; echo x > notes.md; rm -rf agents; cat kept; true",
      { hides: hidden() },
    );
    expect(output.split(SECRET)).toHaveLength(2);
    expect(output).toContain("{}\n");
    expect(output).not.toContain("hook");
    expect(await readFile(join(work, "agents/hook"), "utf8")).toBe(SECRET);
    expect(await readFile(join(work, "notes.md"), "utf8")).toBe(SECRET);
  });

  it("leaves no mount point in the work tree", async () => {
    const before = await readdir(work, { recursive: true });
    await attack("true", { hides: hidden() });
    expect(await readdir(work, { recursive: true })).toEqual(before);
  });

  it("is not hidden by a link to the whole work tree: nothing is started then", async () => {
    await symlink(".", join(work, "all"));
    const { exit } = await attack("cat kept", { hides: [join(work, "all")] });
    expect(exit).toEqual({ kind: "not started", reason: expect.stringContaining("leads to a whole folder") });
  });

  it("does not lead us out of the work tree by a link", async () => {
    await symlink(data, join(work, "out"));
    const { exit, output } = await attack("ls out/", { hides: [join(work, "out")] });
    expect(exit.kind).toBe("exited");
    expect(output).not.toContain("forgehand.db");
  });
});
