import { createHmac } from "node:crypto";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { execa } from "execa";

import { makeNodeImage } from "../support/debian.ts";
import type { Podman } from "../support/podman.ts";
import { PODMAN_PROGRAMS, podmanIn } from "../support/podman.ts";
import { describeWith, hasProgram } from "../support/services.ts";
import { until } from "../support/until.ts";

const missing = [
  ...["debootstrap", ...PODMAN_PROGRAMS].filter((name) => !hasProgram(name)),
  ...(process.getuid?.() === 0 ? [] : ["root"]),
];

const IMAGE = "localhost/forgehand";
const CERTIFICATES = "/usr/local/share/ca-of-this-machine.crt";
const SECRET = "a secret of this test";
const BUILD_MS = 420_000;

describeWith(missing)("the container that the Dockerfile makes", () => {
  let folder = "";
  let podman: Podman;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "forgehand-container-"));
    podman = podmanIn(join(folder, "podman"));
    await importBase(folder, podman);
    const file = ["--file", "Dockerfile", "--format", "docker", "--tag", IMAGE];
    const ways = ["--pull=never", "--network", "host", "--isolation", "chroot", "--layers=false"];
    await podman.run(["build", ...file, ...ways, join(import.meta.dirname, "../..")]);
    // As the documentation says: nothing but its own volume can be written.
    const closed = [
      "--read-only",
      "--tmpfs",
      "/tmp",
      "--cap-drop",
      "all",
      "--security-opt",
      "no-new-privileges",
    ];
    const limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000"];
    const forge = ["--env", "GITHUB_PERSONAL_ACCESS_TOKEN=a-token", "--env", `WEBHOOK_SECRET=${SECRET}`];
    await podman.run([
      "run",
      "--name",
      "served",
      "--detach",
      "--network",
      "none",
      ...closed,
      ...limits,
      ...forge,
      IMAGE,
    ]);
  }, BUILD_MS);

  afterAll(async () => {
    await podman.clear();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const inside = (...argv: string[]) => podman.run(["exec", "served", ...argv]);
  const isHealthy = () =>
    podman.run(["healthcheck", "run", "served"]).then(
      () => true,
      () => false,
    );

  it("becomes healthy", async () => {
    await until(isHealthy, 15_000);
  });

  it("serves as an account without rights", async () => {
    expect(await inside("id", "--user", "--name")).toBe("node");
    expect(await inside("sh", "-c", "cat /proc/1/status")).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/m);
  });

  it("keeps what it keeps in its volume", async () => {
    expect((await inside("ls", "/data")).split("\n")).toContain("forgehand.db");
  });

  it("holds the built program with what it needs, and nothing else", async () => {
    const here = await inside("sh", "-c", "cd /app && ls -A && ls node_modules");
    expect(here.split("\n")).toEqual(expect.arrayContaining(["dist", "node_modules", "probot"]));
    expect(here).not.toMatch(/^(src|test|typescript|jest|node)$/m);
  });

  it("has the git that clones need", async () => {
    expect(await inside("node", "dist/src/cli/forgehand.js", "check", "--offline")).toMatch(/ok +git/);
  });

  it("takes a signed delivery and refuses an unsigned one", async () => {
    const body = JSON.stringify({ zen: "Keep it logically awesome.", hook_id: 1 });
    const signature = `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
    const send = `
      const headers = { "content-type": "application/json", "x-github-event": "ping", "x-github-delivery": "1" };
      const send = (more) =>
        fetch("http://127.0.0.1:8000/webhooks/github", { method: "POST", body: process.argv[1], headers: { ...headers, ...more } });
      const answers = [await send({ "x-hub-signature-256": process.argv[2] }), await send({})];
      console.log(answers.map(({ status }) => status).join());`;
    expect(await inside("node", "--input-type=module", "--eval", send, body, signature)).toBe("200,401");
  });

  it("shows the whole of it at work, without a network", async () => {
    const facts = await inside("node", "dist/src/cli/forgehand.js", "demo", "--json");
    expect(() => JSON.parse(facts) as unknown).not.toThrow();
  }, 90_000);

  it("is unhealthy while it does not answer", async () => {
    await podman.run(["kill", "--signal", "STOP", "served"]);
    expect(await isHealthy()).toBe(false);
    await podman.run(["kill", "--signal", "CONT", "served"]);
    await until(isHealthy, 15_000);
  });

  it("ends well at SIGTERM, as process 1 and without an init", async () => {
    await podman.run(["kill", "--signal", "TERM", "served"]);
    expect(await podman.run(["wait", "served"])).toBe("0");
  });
});

/** Make the image that the Dockerfile starts from, with what this machine needs to reach its npm registry. */
async function importBase(folder: string, podman: Podman): Promise<void> {
  const root = join(folder, "base");
  await makeNodeImage(root);
  const variables = [`npm_config_registry=${await npmSetting("registry")}`];
  const own = await npmSetting("cafile");
  const certificates = own === "null" ? process.env.NODE_EXTRA_CA_CERTS : own;
  if (certificates !== undefined) {
    await mkdir(join(root, "usr/local/share"), { recursive: true });
    await cp(certificates, join(root, CERTIFICATES));
    variables.push(`npm_config_cafile=${CERTIFICATES}`);
  }
  const tar = join(folder, "base.tar");
  await execa("tar", ["--create", "--one-file-system", "--file", tar, "--directory", root, "."]);
  await rm(root, { recursive: true });
  const changes = variables.flatMap((variable) => ["--change", `ENV ${variable}`]);
  await podman.run(["import", ...changes, tar, "docker.io/library/node:24-slim"]);
  await rm(tar);
}

async function npmSetting(name: string): Promise<string> {
  const { stdout } = await execa("npm", ["config", "get", name]);
  return stdout;
}
