import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { send } from "../../demo/stand-in/delivery.ts";
import type { Thread } from "../../demo/stand-in/state.ts";
import { OWNER } from "../../demo/world.ts";
import type { ComposeScene } from "../support/compose-scene.ts";
import { startCompose } from "../support/compose-scene.ts";
import { missingPostgres } from "../support/postgres.ts";
import { missingForRabbit } from "../support/rabbitmq.ts";
import { describeWith, missingOf } from "../support/services.ts";
import { until } from "../support/until.ts";

/** An issue that was labelled, and what the answers said. */
interface Labelled {
  readonly thread: Thread;
  readonly said: readonly string[];
}

const missing = [...missingPostgres, ...(await missingForRabbit()), ...missingOf(["nginx"])];

describeWith(missing)("an installation as the compose file has it", () => {
  let scene: ComposeScene;
  let deliveries = 0;

  beforeAll(async () => {
    scene = await startCompose((folder) => ({
      slow: {
        on: { label: "slow" },
        sandbox: "none",
        run: `echo one; touch ${folder}/began; until test -e ${folder}/go; do sleep 0.05; done; echo two`,
      },
    }));
  }, 120_000);
  afterAll(async () => scene[Symbol.asyncDispose](), 120_000);

  /** Somebody labels a new issue, and the forge tells of it through the proxy, so many times at once. */
  async function label(name: string, times = 1): Promise<Labelled> {
    const { world, url } = scene;
    const thread = world.openIssue({ title: "Fix it", body: "Please.", repository: world.repository });
    world.changeLabels(thread, { add: [name] });
    const told = await world.told({
      kind: "labels",
      repository: world.repository,
      actor: OWNER,
      thread,
      added: [name],
      removed: [],
    });
    deliveries += 1;
    const delivery = world.sign(told, `delivery-${deliveries}`);
    const answers = await Promise.all(
      Array.from({ length: times }, () => send(`${url}/webhooks/github`, delivery)),
    );
    return {
      thread,
      said: answers.map(({ status, body }) => `${status} ${(body as { status: string }).status}`).sort(),
    };
  }

  /** So many issues one after another, so that every web process gets some of what tells of them. */
  async function labelMany(count: number, times = 1): Promise<Labelled[]> {
    const labelled: Labelled[] = [];
    for (let number = 0; number < count; number++) labelled.push(await label("try it", times));
    return labelled;
  }

  /** The addresses that the web processes say one signs in at. */
  const signInUrls = () => scene.web.map(({ said }) => /Sign in at (\S+)/.exec(said.join("\n"))?.[1]);

  async function signIn(): Promise<string> {
    const answer = await fetch(signInUrls()[0]!, { redirect: "manual" });
    expect(answer.status).toBe(303);
    return answer.headers.get("set-cookie")!.split(";")[0]!;
  }

  const over = (states: readonly string[]) =>
    until(async () => {
      const runs = await scene.store.runs({ limit: 200 });
      return runs.length === states.length && runs.every(({ state }) => states.includes(state));
    }, 60_000);

  it("keeps each delivery once, runs it once, and reports it", async () => {
    const labelled = await labelMany(6, 3);
    expect(labelled.map(({ said }) => said)).toEqual(
      labelled.map(() => ["200 duplicate", "200 duplicate", "200 recorded"]),
    );
    await over(labelled.map(() => "succeeded"));
    const { world } = scene;
    await until(() => labelled.every(({ thread }) => world.comments(thread).length === 1), 30_000);
    expect(world.repository.threads.filter(({ pull }) => pull !== undefined)).toHaveLength(labelled.length);
  }, 120_000);

  it("opens by one token, whichever process is asked", async () => {
    expect(signInUrls()).toEqual(Array(3).fill(expect.stringContaining(`${scene.url}/sign-in?token=`)));
    expect(new Set(signInUrls()).size).toBe(1);
    const cookie = await signIn();
    const places = [...scene.web.map(({ url }) => url), scene.url, scene.url, scene.url];
    const pages = await Promise.all(places.map((place) => fetch(`${place}/`, { headers: { cookie } })));
    expect(pages.map(({ status }) => status)).toEqual(places.map(() => 200));
    expect((await fetch(`${scene.url}/`)).status).toBe(401);
  });

  it("tells the health of every process where the image asks for it", async () => {
    const asked = [...scene.web, ...scene.workers].map(({ url }) => fetch(`${url}/health`));
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });

  it("takes a body as large as Forgehand does through the proxy, and no larger one", async () => {
    const send = async (size: number) =>
      (await fetch(`${scene.url}/webhooks/github`, { method: "POST", body: Buffer.alloc(size) })).status;
    const limit = 25 * 1024 ** 2;
    expect(await send(limit)).not.toBe(413);
    expect(await send(limit + 1)).toBe(413);
  });

  it("shows the log of a run while it is written", async () => {
    await label("slow");
    await until(() => existsSync(join(scene.folder, "began")), 60_000);
    const run = await until(async () =>
      (await scene.store.runs({ limit: 10 })).find(({ automation }) => automation === "slow"),
    );
    const answer = await fetch(`${scene.url}/runs/${run.id}/log`, { headers: { cookie: await signIn() } });
    expect(answer.headers.get("content-type")).toMatch(/^text\/event-stream/);
    let text = "";
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      // Only who was shown the first line while the command runs lets it go on.
      if (text.includes("one\\n")) await writeFile(join(scene.folder, "go"), "");
    }
    expect(text).toMatch(/one\\n[^]*two\\n[^]*event: end/);
  }, 90_000);

  it("goes on when a web process is killed", async () => {
    await scene.web[0]!.stop("SIGKILL");
    const labelled = await labelMany(6);
    expect(labelled.map(({ said }) => said)).toEqual(labelled.map(() => ["200 recorded"]));
    await until(() => labelled.every(({ thread }) => scene.world.comments(thread).length === 1), 60_000);
  }, 120_000);

  it("ends every process well when it is stopped", async () => {
    const codes = await Promise.all([...scene.web.slice(1), ...scene.workers].map((one) => one.stop()));
    expect(codes).toEqual([0, 0, 0, 0]);
  }, 90_000);
});
