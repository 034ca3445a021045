import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { Dashboard } from "../support/dashboard.ts";
import { openDashboard } from "../support/dashboard.ts";

interface Told {
  readonly id?: string;
  readonly event?: string;
  readonly data?: string;
}

describe("a live log", () => {
  let dashboard: Dashboard;
  let address: string;
  beforeEach(async () => {
    dashboard = await openDashboard();
    address = await dashboard.app.listen({ host: "127.0.0.1", port: 0 });
  });
  afterEach(() => dashboard[Symbol.asyncDispose]());

  async function open(path: string, headers: Record<string, string> = {}) {
    const cookie = await dashboard.signIn();
    const answer = await fetch(`${address}${path}`, { headers: { cookie, ...headers } });
    return { answer, events: read(answer) };
  }

  it("tells what is there, then what comes, then the end", async () => {
    const life = await dashboard.queue();
    await life.start();
    await life.say("one\n");
    const { answer, events } = await open("/runs/1/log");
    expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(await next(events)).toEqual({ id: "1", data: '"one\\n"' });
    expect(await next(events)).toEqual({ event: "state", data: "running" });
    await life.say("two\r\nthree\n");
    expect(await next(events)).toEqual({ id: "2", data: '"two\\nthree\\n"' });
    await life.say("last\n");
    await life.end("succeed");
    expect(await next(events)).toMatchObject({ id: "3" });
    expect(await next(events)).toEqual({ event: "state", data: "succeeded" });
    expect(await next(events)).toEqual({ event: "end", data: "succeeded" });
    expect(await next(events)).toBeUndefined();
  });

  it("goes on after the piece that the reader has, by header or address", async () => {
    const life = await dashboard.queue();
    await life.start();
    for (const text of ["one", "two", "three"]) await life.say(text);
    await life.end("succeed");
    const ids = async (path: string, headers?: Record<string, string>) => {
      const found: (string | undefined)[] = [];
      for await (const { id } of (await open(path, headers)).events) if (id !== undefined) found.push(id);
      return found;
    };
    expect(await ids("/runs/1/log")).toEqual(["1", "2", "3"]);
    expect(await ids("/runs/1/log?after=2")).toEqual(["3"]);
    expect(await ids("/runs/1/log?after=1", { "last-event-id": "2" })).toEqual(["3"]);
  });

  it("tells a log of many pieces whole", async () => {
    const life = await dashboard.queue();
    await life.start();
    for (let count = 1; count <= 450; count++) await life.say(`line ${count}\n`);
    await life.end("succeed");
    const { events } = await open("/runs/1/log");
    let text = "";
    for await (const { event, data } of events) if (event === undefined) text += JSON.parse(data!) as string;
    expect(text.split("\n").length).toBe(451);
    expect((await dashboard.see("/runs/1/log.txt")).text).toBe(text);
  });

  it("ends with the hint to come back when the server closes, and closing waits for no reader", async () => {
    const life = await dashboard.queue();
    await life.start();
    const { answer } = await open("/runs/1/log");
    const text = answer.text();
    await dashboard.app.close();
    expect(await text).toMatch(/retry: \d+\n\n$/);
    expect(await text).not.toContain("event: end");
  });

  it("a reader who goes away leaves nothing behind", async () => {
    const life = await dashboard.queue();
    await life.start();
    const { answer } = await open("/runs/1/log");
    await answer.body?.cancel();
    await dashboard.app.close();
  });

  it("a HEAD request holds no stream", async () => {
    await dashboard.queue();
    const cookie = await dashboard.signIn();
    const answer = await fetch(`${address}/runs/1/log`, { method: "HEAD", headers: { cookie } });
    expect(answer.status).toBe(404);
  });

  it("too many readers are asked to come back later", async () => {
    const life = await dashboard.queue();
    await life.start();
    const opened = await Promise.all(Array.from({ length: 100 }, () => open("/runs/1/log")));
    expect(opened.every(({ answer }) => answer.status === 200)).toBe(true);
    expect((await open("/runs/1/log")).answer.status).toBe(503);
  });
});

/** The events of a stream as they come. */
async function* read(answer: Response): AsyncGenerator<Told> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of answer.body as AsyncIterable<Uint8Array>) {
    text += decoder.decode(piece, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = block.split("\n").map((line) => line.split(/: (.*)/s, 2));
      const told = Object.fromEntries(fields) as Told & { retry?: string };
      if (told.retry === undefined) yield told;
    }
  }
}

async function next(events: AsyncGenerator<Told>): Promise<Told | undefined> {
  const { value } = (await events.next()) as IteratorResult<Told, undefined>;
  return value;
}
