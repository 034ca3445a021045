import type { Thread } from "../../src/core/event.ts";
import { placeKey } from "../../src/core/status.ts";
import type { Store } from "../../src/core/store.ts";
import { PUSHED_REF, PUSHER } from "../senders/gitea.ts";
import { AUTOMATION, FORGE, SIGN_IN_TOKEN } from "./forgehand.ts";
import { commit } from "./shop.ts";

/** One question to a store that has history, `turn` by turn another one of its kind. */
export type Ask = (turn: number) => Promise<unknown>;

/** Half of all that happened is of this repository and some others. */
const BUSY_REPOSITORY = "1";
const PUSHES = { forge: FORGE, repo: BUSY_REPOSITORY, automation: AUTOMATION } as const;
const LIMIT = 20;

/** What the steps, the pages and the commands ask a store, by name. */
export async function questionsTo(store: Store): Promise<Readonly<Record<string, Ask>>> {
  const [newest] = await store.runs({ limit: 1 });
  const newestId = newest?.id ?? 1;
  const [first] = await store.runs({ automation: "coding-agent", limit: 1 });
  const thread: Thread = first?.thread ?? { kind: "issue", number: 1 };
  const at = { forge: first?.forge ?? FORGE, repo: first?.repo.id ?? "1", thread };
  const earlier = (turn: number) => Math.max(1, newestId - turn * 3);
  const change = (step: Parameters<Store["change"]>[0]) => store.change(step);
  return {
    "list of runs": () => store.runs({ limit: LIMIT }),
    "list of runs, a later page": (turn) =>
      store.runs({ limit: LIMIT, before: Math.max(LIMIT, newestId - turn) }),
    "… that failed": () => store.runs({ limit: LIMIT, state: "failed" }),
    "… that are running": () => store.runs({ limit: LIMIT, state: "running" }),
    "… of a forge": () => store.runs({ limit: LIMIT, forge: FORGE }),
    "… of a forge that has none": () => store.runs({ limit: LIMIT, forge: "other" }),
    "… of a repository": () => store.runs({ limit: LIMIT, forge: FORGE, repo: BUSY_REPOSITORY }),
    "… of an automation": () => store.runs({ limit: LIMIT, automation: "deploy" }),
    "… of a repository that failed": () =>
      store.runs({ limit: LIMIT, forge: FORGE, repo: BUSY_REPOSITORY, state: "failed" }),
    "… of a repository that are running": () =>
      store.runs({ limit: LIMIT, forge: FORGE, repo: BUSY_REPOSITORY, state: "running" }),
    "… of a branch": () => store.runs({ limit: LIMIT, ...PUSHES, ref: PUSHED_REF }),
    "… of an issue": () => store.runs({ limit: LIMIT, ...at }),
    "a run": (turn) => store.run(earlier(turn)),
    "its log": (turn) => store.log(earlier(turn), 0),
    "runs of a place": (turn) =>
      store.runsAt(
        placeKey({ kind: "status", forge: FORGE, repo: "1", sha: commit(turn), context: "forgehand/bench" }),
      ),
    "runs of a comment": () => store.runsAt(placeKey({ kind: "comment", ...at })),
    "the run that pushed": (turn) => store.runThatPushed(FORGE, BUSY_REPOSITORY, commit(turn)),
    "runs of our branch": () => store.runsOfBranch(FORGE, BUSY_REPOSITORY, "forgehand/coding-agent/7-turn"),
    outlook: () =>
      store.outlook({
        id: newestId + 1,
        automation: AUTOMATION,
        forge: FORGE,
        repo: { id: BUSY_REPOSITORY, fullName: "harbour/r1" },
      }),
    ledger: () => store.ledger(AUTOMATION),
    "list of deliveries": () => store.deliveries({ limit: LIMIT }),
    "… of one forge": () => store.deliveries({ limit: LIMIT, forge: FORGE }),
    "… of a forge that sent none": () => store.deliveries({ limit: LIMIT, forge: "other" }),
    "a delivery": (turn) => store.delivery(String(turn + 1)),
    "its place in the queue": () => store.jobs({ limit: 200 }),
    "a request": () => store.request({ automation: "coding-agent", ...at }),
    "a claim of nothing": () => store.claim("run", { lease: 30_000 }),
    "record a delivery": async (turn) => {
      const id = `read ${Date.now()} ${turn}`;
      await store.record({
        delivery: {
          forge: FORGE,
          door: "",
          id,
          event: "push",
          headers: {},
          body: Buffer.alloc(300, "x"),
          receivedAt: new Date(),
        },
        reading: { kind: "event", events: [] },
        wanted: false,
      });
    },
    "active runs of a branch": () =>
      change((transaction) => transaction.activeRuns({ ...PUSHES, ref: PUSHED_REF })),
    "newest run of a branch": () =>
      change((transaction) => transaction.newestRun({ ...PUSHES, ref: PUSHED_REF })),
    "active runs of a group": () => change((transaction) => transaction.activeInGroup("deploy-production")),
    "what a run waits for": (turn) =>
      change((transaction) => transaction.waitsFor(earlier(turn), { repository: 5, automation: 5 })),
    "add a run, and end it": () =>
      change(async (transaction) => {
        const { run } = await transaction.addRun({
          key: `read ${Date.now()} ${Math.random()}`,
          automation: AUTOMATION,
          forge: FORGE,
          delivery: "1",
          event: {
            kind: "push",
            action: "updated",
            ref: PUSHED_REF,
            repo: { id: BUSY_REPOSITORY, fullName: "harbour/r1" },
            actor: { id: String(PUSHER.id), login: PUSHER.login },
          },
          repo: { id: BUSY_REPOSITORY, fullName: "harbour/r1" },
          actor: { id: String(PUSHER.id), login: PUSHER.login },
          publishes: false,
          context: "forgehand/bench",
          comments: false,
          depth: 0,
          ref: PUSHED_REF,
        });
        await transaction.moveRun(run.id, "cancel", { reason: "measured" });
      }),
  };
}

/** Pages and answers over HTTP, of a server that is signed in at. */
export async function pagesOf(port: number, store: Store): Promise<Readonly<Record<string, Ask>>> {
  const origin = `http://127.0.0.1:${port}`;
  const [newest] = await store.runs({ limit: 1 });
  const signIn = await fetch(`${origin}/sign-in?token=${SIGN_IN_TOKEN}`, { redirect: "manual" });
  const cookie = signIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  const get = async (path: string, headers: Record<string, string>) => {
    const answer = await fetch(origin + path, { headers });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 200)}`);
  };
  const authorization = `Bearer ${SIGN_IN_TOKEN}`;
  return {
    "the first page": () => get("/", { cookie }),
    "the page of a run": (turn) =>
      get(`/runs/${Math.max(1, (newest?.id ?? 1) - 100 - (turn % 50))}`, { cookie }),
    "the page of a delivery": (turn) => get(`/deliveries/${turn + 1}`, { cookie }),
    "runs by the API": () => get(`/api/runs?limit=${LIMIT}`, { authorization }),
  };
}
