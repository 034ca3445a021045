import type { Thread } from "../../demo/stand-in/state.ts";
import { OWNER } from "../../demo/world.ts";
import type { Asked, Meeting, Trap } from "./gate.ts";
import type { Survival } from "./survival.ts";
import { until } from "./until.ts";
import type { Expected } from "./well.ts";

/**
 * A moment on the way from a happening to its last report, at which a server may end. Each has an automation of its own,
 * by whose name its requests are known: a request is held at a gate, so that its process is exactly there.
 */
export interface Moment {
  /** Name of its automation, and of the label that asks for it. */
  readonly automation: string;
  readonly on: "label" | "pull request";
  readonly restart?: true;
  /** The command hangs at that moment. */
  readonly command?: true;
  /** A request that is not heard of any more at that moment. */
  readonly request?: Held;
  /** The run has succeeded at that moment. */
  readonly over?: true;
  readonly ends: Expected;
}

interface Held {
  readonly to: "api" | "git";
  readonly meets: Extract<Meeting, "hold" | "swallow">;
  readonly is: (asked: Asked, about: About) => boolean;
}

/** The automation and the number of the issue that a request is about. */
interface About {
  readonly automation: string;
  readonly number: number;
}

export type Question = Held["is"];

const call = ({ method, path }: Asked, wanted: string, pattern: RegExp): boolean =>
  method === wanted && pattern.test(path);

/** How long we wait for a server to come to a moment, in milliseconds. */
const PATIENCE_MS = 60_000;

/** The requests of the pipeline that a server can be caught at, in their order. */
export const looks: Question = (asked, { number }) => call(asked, "GET", new RegExp(`/issues/${number}$`));
export const fetches: Question = (asked) => call(asked, "POST", /\/git-upload-pack$/);
export const pushes: Question = (asked, { automation }) =>
  call(asked, "POST", /\/git-receive-pack$/) && asked.body.includes(`refs/heads/forgehand/${automation}/`);
export const opensPull: Question = (asked, { automation }) =>
  call(asked, "POST", /\/pulls$/) && asked.body.includes(`\`${automation}\``);
export const status =
  (state: string): Question =>
  (asked, { automation }) =>
    call(asked, "POST", /\/statuses\//) &&
    asked.body.includes(`"forgehand/${automation}"`) &&
    asked.body.includes(`"state":"${state}"`);
export const comments: Question = (asked, { automation }) =>
  call(asked, "POST", /\/comments$/) && asked.body.includes(`**${automation}**`);
export const editsComment: Question = (asked, { automation }) =>
  call(asked, "PATCH", /\/comments\/\d+$/) && asked.body.includes(`**${automation}**`);
export const setsLabel =
  (word: string): Question =>
  (asked, { automation }) =>
    call(asked, "POST", /\/labels$/) && asked.body.includes(`"${automation} ${word}"`);
const removesLabel: Question = (asked, { automation }) =>
  call(asked, "DELETE", new RegExp(`/labels/${automation}$`));

/** A request that never arrives, or that is done though nobody hears of it. */
const lost = (is: Question, to: Held["to"] = "api"): Held => ({ to, meets: "hold", is });
const unheard = (is: Question, to: Held["to"] = "api"): Held => ({ to, meets: "swallow", is });

const done: Expected = { state: "succeeded", executions: 1, published: "pull request" };
const twice: Expected = { ...done, executions: 2 };
const gone: Expected = {
  state: "errored",
  reason: /worker was (lost|stopped) while/,
  executions: 1,
  published: "nothing",
};
const seen: Expected = { ...done, published: "nothing" };
const seenTwice: Expected = { ...seen, executions: 2 };

const COMMAND = { command: true } as const;
const OVER = { over: true } as const;
const RESTART = { restart: true } as const;
const label = (automation: string, moment: Omit<Moment, "automation" | "on">): Moment => ({
  automation,
  on: "label",
  ...moment,
});
const pull = (automation: string, moment: Omit<Moment, "automation" | "on">): Moment => ({
  automation,
  on: "pull request",
  ...moment,
});

/** Until the command is done. The fetch comes last, since all fetches of a repository wait for the one before. */
export const BEFORE: readonly Moment[] = [
  label("look", { request: lost(looks), ends: done }),
  label("command", { ...COMMAND, ends: gone }),
  label("command-again", { ...COMMAND, ...RESTART, ends: twice }),
  label("comment-lost", { ...COMMAND, request: lost(comments), ends: gone }),
  label("comment-unheard", { ...COMMAND, request: unheard(comments), ends: gone }),
  label("label-lost", { ...COMMAND, request: lost(setsLabel("processing")), ends: gone }),
  label("label-unheard", { ...COMMAND, request: unheard(setsLabel("processing")), ends: gone }),
  label("trigger-lost", { ...COMMAND, request: lost(removesLabel), ends: gone }),
  label("trigger-unheard", { ...COMMAND, request: unheard(removesLabel), ends: gone }),
  pull("pull-command", { ...COMMAND, ends: gone }),
  pull("pull-command-again", { ...COMMAND, ...RESTART, ends: seenTwice }),
  pull("pending-lost", { ...COMMAND, request: lost(status("pending")), ends: gone }),
  pull("pending-unheard", { ...COMMAND, request: unheard(status("pending")), ends: gone }),
  label("fetch", { request: lost(fetches, "git"), ends: done }),
];

/** From when the command is done. */
export const AFTER: readonly Moment[] = [
  label("push-lost", { request: lost(pushes, "git"), ends: gone }),
  label("push-unheard", { request: unheard(pushes, "git"), ends: { ...gone, published: "branch" } }),
  label("open-lost", { request: lost(opensPull), ends: { ...gone, published: "branch" } }),
  label("open-unheard", { request: unheard(opensPull), ends: { ...gone, published: "pull request" } }),
  label("push-lost-again", { ...RESTART, request: lost(pushes, "git"), ends: twice }),
  label("push-unheard-again", { ...RESTART, request: unheard(pushes, "git"), ends: twice }),
  label("open-lost-again", { ...RESTART, request: lost(opensPull), ends: done }),
  label("open-unheard-again", { ...RESTART, request: unheard(opensPull), ends: done }),
  label("edit-lost", { ...OVER, request: lost(editsComment), ends: done }),
  label("edit-unheard", { ...OVER, request: unheard(editsComment), ends: done }),
  label("done-lost", { ...OVER, request: lost(setsLabel("done")), ends: done }),
  label("done-unheard", { ...OVER, request: unheard(setsLabel("done")), ends: done }),
  pull("final-lost", { ...OVER, request: lost(status("success")), ends: seen }),
  pull("final-unheard", { ...OVER, request: unheard(status("success")), ends: seen }),
];

/** The automations that a table of moments needs. We edit no pull request, so none starts by itself. */
export function automationsFor(moments: readonly Moment[]) {
  return Object.fromEntries(
    moments.map(({ automation, on, restart = false }) => [
      automation,
      { on: on === "label" ? { label: automation } : { pull_request: ["edited"] }, restart },
    ]),
  );
}

/** Moments that a server is at, all at the same time. */
export interface Reached {
  /** Where the happening of each is, by its automation. Those on pull requests have one in common. */
  readonly threads: ReadonlyMap<string, Thread>;
  /** Hold no call of the API any more. What git asked is held on, so that nobody who asked it ends by itself. */
  letGo(): void;
}

/** Let every happening come, and wait until a server is at all of the moments. */
export async function reach(survival: Survival, moments: readonly Moment[]): Promise<Reached> {
  const threads = new Map<string, Thread>();
  const traps: Trap[] = [];
  const arrange = async ({ automation, command, request }: Moment, number = 0) => {
    if (command) await survival.hang(automation);
    if (request === undefined) return undefined;
    // A call of the API is given up after a while and made again, to be held again; git waits.
    const times = request.to === "git" ? 1 : Infinity;
    const isMeant = (asked: Asked) => request.is(asked, { automation, number });
    const trap = survival[request.to].trap(isMeant, request.meets, times);
    if (request.to === "api") traps.push(trap);
    return trap;
  };
  const arrive = async ({ automation, command, over }: Moment, trap: Trap | undefined) => {
    if (command) await until(() => survival.hangs(automation), PATIENCE_MS);
    await trap?.met;
    if (over) await survival.sees(automation, "succeeded");
  };
  const onLabel = async (moment: Moment) => {
    const issue = survival.whole.issue(`Catch it at ${moment.automation}`);
    threads.set(moment.automation, issue);
    const trap = await arrange(moment, issue.number);
    await survival.whole.label(issue, moment.automation);
    await arrive(moment, trap);
  };
  const onPull = async (of: readonly Moment[]) => {
    if (of.length === 0) return;
    const arranged = await Promise.all(of.map(async (moment) => ({ moment, trap: await arrange(moment) })));
    const { whole } = survival;
    const { thread } = await whole.pull("change", { "greeting.txt": "hm\n" });
    for (const { automation } of of) threads.set(automation, thread);
    const { repository } = thread;
    await whole.tell(await whole.world.told({ kind: "edited", repository, actor: OWNER, thread }));
    await Promise.all(arranged.map(({ moment, trap }) => arrive(moment, trap)));
  };

  const isLast = ({ request }: Moment) => request?.is === fetches;
  const labels = moments.filter(({ on }) => on === "label");
  // A call that the API never answers is given up after 10 s, and many in a row look like a forge that is down. Those that
  // come after a push are therefore made all at once: git waits for longer than any of us.
  const beyond = labels.filter(({ over, request }) => over === true || request?.is === opensPull);
  const isBeyond = (asked: Asked) => beyond.some((one) => pushes(asked, { ...one, number: 0 }));
  const barrier = survival.git.trap(isBeyond, "hold");
  const together = until(() => barrier.count === beyond.length, PATIENCE_MS).then(() => barrier.release());
  await Promise.all([
    together,
    ...labels.filter((moment) => !isLast(moment)).map(onLabel),
    onPull(moments.filter(({ on }) => on === "pull request")),
  ]);
  await Promise.all(labels.filter(isLast).map(onLabel));
  return { threads, letGo: () => traps.forEach((trap) => trap.end()) };
}
