import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { parse, stringify } from "yaml";

import type { RunState } from "../../src/core/run.ts";
import type { Gate } from "./gate.ts";
import { openGate } from "./gate.ts";
import type { Process } from "./processes.ts";
import { living, processesBelow } from "./processes.ts";
import { temporaryFolder } from "./temporary.ts";
import { until } from "./until.ts";
import type { Whole } from "./whole.ts";
import { startWhole } from "./whole.ts";

/** A Whole with a gate before each server of its forge, and with commands that a test can make hang. */
export interface Survival extends AsyncDisposable {
  readonly whole: Whole;
  /** Before the forge's API. */
  readonly api: Gate;
  /** Before the forge's git. */
  readonly git: Gate;
  /** Let the first command of an automation hang for ever. */
  hang(automation: string): Promise<void>;
  /** Whether that command has begun. */
  hangs(automation: string): boolean;
  /** How often the command of an automation was executed. */
  executions(automation: string): Promise<number>;
  /** Wait until the run of an automation is in a state, whatever has been reported of it. */
  sees(automation: string, state: RunState): Promise<void>;
  /** Open a page as a signed-in reader does. */
  open(page: string): Promise<Response>;
  /** End the server, remembering what it had started; the answer is its exit code. */
  end(signal: Ending): Promise<number | null>;
  /** Start another one over the same folder, when all leases of a killed one have run out. */
  startAnew(settings?: Settings): Promise<void>;
  /** What servers that are gone had started and left alive. */
  orphans(): Promise<Process[]>;
}

/** How a server ends: at once, or as soon as it can. */
export type Ending = "SIGKILL" | "SIGTERM";

/** How many jobs of a stage a server does at once. */
export interface Settings {
  readonly worker?: { readonly match?: number; readonly run?: number; readonly report?: number };
}

/** An automation as in the config file, but for its command, which is always the same: it makes a change. */
export interface Doing {
  readonly on: object;
  readonly restart?: boolean;
}

/** Enough for every job of a test to be in hand at once. */
const ALL_AT_ONCE = { match: 32, run: 32, report: 32 };

/** Start one. No server runs yet: `startAnew` starts the first. */
export async function startSurvival(doings: Readonly<Record<string, Doing>>): Promise<Survival> {
  const folder = await temporaryFolder();
  const path = (what: string, automation: string) => join(folder.path, `${what}-${automation}`);
  const own = (what: string) => `"${path(what, "$FORGEHAND_AUTOMATION")}"`;
  const run = [
    `echo >> ${own("executions")}`,
    `if test -e ${own("hang")} && mkdir ${own("hangs")}; then sleep 600; fi`,
    "date +%N > now.txt",
  ].join("\n");
  const automations = Object.fromEntries(
    Object.entries(doings).map(([name, doing]) => [name, { ...doing, run }]),
  );
  const whole = await startWhole({ automations, servers: 0 });
  const [api, git] = await Promise.all([openGate(whole.world.github.url), openGate(whole.world.git.url)]);
  const started: Process[] = [];

  return {
    whole,
    api,
    git,
    hang: (automation) => writeFile(path("hang", automation), ""),
    hangs: (automation) => existsSync(path("hangs", automation)),
    executions: async (automation) =>
      (await readFile(path("executions", automation), "utf8").catch(() => "")).length,
    sees: async (automation, state) => {
      await until(
        async () => (await whole.runs()).some((run) => run.automation === automation && run.state === state),
        60_000,
      );
    },
    async open(page) {
      const [server] = whole.servers;
      const signedIn = await fetch(server?.signInUrl ?? "", { redirect: "manual" });
      const cookie = signedIn.headers
        .getSetCookie()
        .map((one) => one.split(";", 1)[0])
        .join("; ");
      return fetch(`${server?.url}${page}`, { headers: { cookie } });
    },
    async end(signal) {
      const server = whole.servers.shift()!;
      started.push(...(await processesBelow(server.pid)));
      const code = await server.stop(signal);
      if (signal === "SIGKILL") await whole.passTime();
      return code;
    },
    async startAnew({ worker } = {}) {
      const config = parse(await readFile(whole.config, "utf8")) as Written;
      const forge = { ...config.forges.github, apiUrl: api.url, gitUrl: git.url, limits: { inFlight: 100 } };
      const changed = {
        ...config,
        worker: { ...ALL_AT_ONCE, ...worker },
        forges: { github: forge },
      };
      await writeFile(whole.config, stringify(changed));
      await whole.start();
    },
    orphans: () => living(started),
    async [Symbol.asyncDispose]() {
      await whole[Symbol.asyncDispose]();
      await Promise.all([api[Symbol.asyncDispose](), git[Symbol.asyncDispose]()]);
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** The parts of the config file that are written anew. */
interface Written {
  readonly forges: { readonly github: object };
}
