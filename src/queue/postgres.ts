import { randomUUID } from "node:crypto";

import { z } from "zod";

import type { Stage } from "../core/job.ts";
import { STAGES } from "../core/job.ts";
import type { Log } from "../core/log.ts";
import type { Queue } from "../core/queue.ts";
import { createLines } from "./line.ts";
import { openChannel } from "./postgres/channel.ts";

/** What is said within this time goes to the others together, in milliseconds. */
const TOGETHER_MS = 5;

/** PostgreSQL takes less than 8,000 bytes at once. */
const MOST_BYTES = 7_000;

/** Subjects of a stage that others are told of at once; of more they hear only that there are some. */
const MOST_SUBJECTS = 1_000;

/** What the others are told. Without subjects: look at the stage, nobody says for what. */
const Told = z.object({ from: z.string(), stage: z.enum(STAGES), subjects: z.array(z.string()).optional() });
type Told = z.infer<typeof Told>;

/**
 * The Queue of processes that share a database of PostgreSQL. Hints go to workers of this process at once, and to those
 * of others by its LISTEN and NOTIFY; while its server cannot be reached the others find what is due by their sweeps.
 * Connects by itself, again and again. `url`: as for the store, and not through a pooler that shares connections.
 */
export function postgresQueue({ url, log }: { url: string; log: Log }): Queue {
  const tellOthers = (stage: Stage, subject: string): void => {
    if (closed) return;
    outbox.add(stage, subject);
    sendSoon();
  };
  const lines = createLines(tellOthers);
  const from = randomUUID();
  const outbox = createOutbox();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const channel = openChannel({
    url,
    log,
    hear(payload) {
      const told = read(payload);
      if (told?.from === from) return;
      for (const stage of told === undefined ? STAGES : [told.stage]) {
        for (const subject of told?.subjects ?? [undefined]) lines[stage].hear(subject);
      }
    },
    joined() {
      for (const stage of STAGES) lines[stage].hear();
      if (!outbox.isEmpty()) sendSoon();
    },
  });

  async function send(): Promise<void> {
    const told = outbox.empty();
    const sent = await channel.send(told.flatMap((one) => pack({ from, ...one })));
    // Those who come back look at everything; those who were there all the time hear of it when we are back.
    if (!sent) for (const { stage } of told) outbox.add(stage);
  }

  function sendSoon(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void send();
    }, TOGETHER_MS);
  }

  return {
    wake(stage, subject) {
      // What somebody here takes is no news for others.
      if (!closed && !lines[stage].add(subject)) tellOthers(stage, subject);
    },
    stir(stage) {
      for (const one of stage === undefined ? STAGES : [stage]) lines[one].stir();
    },
    next: (stage, { within, signal }) => lines[stage].next(within, signal),
    async close() {
      if (closed) return;
      closed = true;
      for (const line of Object.values(lines)) line.close();
      clearTimeout(timer);
      if (!outbox.isEmpty()) await send();
      await channel.close();
    },
  };
}

/** What was not sent yet. */
function createOutbox() {
  const subjects = new Map<Stage, Set<string>>();
  const all = new Set<Stage>();
  return {
    add(stage: Stage, subject?: string): void {
      const known = subjects.get(stage) ?? new Set();
      if (subject !== undefined) known.add(subject);
      if (subject === undefined || known.size > MOST_SUBJECTS) all.add(stage);
      if (!all.has(stage)) subjects.set(stage, known);
      else subjects.delete(stage);
    },
    isEmpty: () => all.size === 0 && subjects.size === 0,
    empty(): Omit<Told, "from">[] {
      const told = [
        ...[...all].map((stage) => ({ stage })),
        ...[...subjects].map(([stage, some]) => ({ stage, subjects: [...some] })),
      ];
      all.clear();
      subjects.clear();
      return told;
    },
  };
}

/** What is told as texts that are short enough, in which a subject that is too long for one is not named. */
function pack(told: Told): string[] {
  const text = JSON.stringify(told);
  if (Buffer.byteLength(text) <= MOST_BYTES) return [text];
  const { from, stage, subjects = [] } = told;
  const half = subjects.length >> 1;
  if (half === 0) return [JSON.stringify({ from, stage })];
  return [subjects.slice(0, half), subjects.slice(half)].flatMap((some) =>
    pack({ from, stage, subjects: some }),
  );
}

/** Undefined: a version that we do not know says something, so that everything is looked at. */
function read(payload: string): Told | undefined {
  try {
    return Told.parse(JSON.parse(payload));
  } catch {
    return undefined;
  }
}
