import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";

import { temporaryFolder } from "./temporary.ts";

/** A page in a real, headless Chromium. */
export interface Browser {
  open(url: string): Promise<void>;
  /** The value of an expression in the page. */
  evaluate(expression: string): Promise<unknown>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Answer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--remote-debugging-port=0",
];

/** Start Chromium with a profile of its own, and speak its DevTools protocol. */
export async function openBrowser(program: string): Promise<Browser> {
  const stack = new AsyncDisposableStack();
  const profile = stack.use(await temporaryFolder());
  const child = spawn(program, [...FLAGS, `--user-data-dir=${profile.path}`, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  stack.defer(async () => {
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    // Its children write for a moment longer.
    await rm(profile.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });
  const socket = new WebSocket(await debuggerOf(child.stderr));
  await once(socket, "open");
  stack.defer(() => socket.close());

  const waiting = new Map<number, (answer: Answer) => void>();
  socket.addEventListener("message", ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
  });
  let asked = 0;
  const ask = async (
    method: string,
    params: object,
    sessionId?: string,
  ): Promise<Record<string, unknown>> => {
    const id = ++asked;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    waiting.set(id, resolve);
    socket.send(JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) }));
    const { result = {}, error } = await promise;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  const { targetId } = await ask("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await ask("Target.attachToTarget", { targetId, flatten: true });
  const inPage = (method: string, params: object) => ask(method, params, String(sessionId));

  return {
    async open(url) {
      const { errorText } = await inPage("Page.navigate", { url });
      if (typeof errorText === "string") throw new Error(`${url}: ${errorText}`);
    },
    async evaluate(expression) {
      const { result } = await inPage("Runtime.evaluate", {
        expression,
        returnByValue: true,
        awaitPromise: true,
      });
      return (result as { value?: unknown }).value;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The address of the DevTools protocol, which Chromium prints when it is ready. */
async function debuggerOf(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [, address] = /^DevTools listening on (ws:\/\/\S+)/.exec(line) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error("Chromium ended before it was ready");
}
