import { messageOf } from "../core/errors.ts";
import type { Claim } from "../core/job.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../core/store.ts";
import { OUTPUT_LIMIT } from "./command.ts";
import type { Redactor } from "./redact.ts";

/** Pieces of a log are written after so many milliseconds or characters, whatever comes first. */
const FLUSH_MS = 250;
const FLUSH_LENGTH = 32 * 1024;
/** How soon what could not be written is tried again (ms), and how many characters of it are held; the oldest go. */
const TROUBLED_FLUSH_MS = 1_000;
const HELD_LENGTH = 1024 * 1024;
/** Room for our own lines beside the command's output, in bytes. */
const LOG_LIMIT = OUTPUT_LIMIT + 256 * 1024;

/** The log of a run while it is worked on: what its command prints, and lines of ours between. */
export interface Output {
  /** What the command printed; secrets in it are hidden. */
  print(text: string): void;
  /** A line of ours. */
  say(sentence: string): void;
  /** Write what is left. Never throws: a run does not fail for its log. */
  close(): Promise<void>;
}

export function openOutput(options: {
  store: Store;
  claim: Claim;
  run: number;
  redactor: Redactor;
  log: Log;
}): Output {
  const { store, claim, run, redactor, log } = options;
  const clear = redactor.stream();
  let waiting = "";
  let lineOpen = false;
  let troubled = false;
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  const write = async () => {
    const text = waiting;
    waiting = "";
    if (text === "") return;
    try {
      await store.appendLog(claim, run, text, LOG_LIMIT);
      troubled = false;
    } catch (error) {
      if (!troubled) log.warn({ run, reason: messageOf(error) }, "a piece of a run's log could not be kept");
      troubled = true;
      waiting = (text + waiting).slice(-HELD_LENGTH);
    }
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write);
  };
  const add = (text: string) => {
    if (text === "") return;
    waiting += text;
    lineOpen = !text.endsWith("\n");
    if (waiting.length >= FLUSH_LENGTH && !troubled) flush();
    else timer ??= setTimeout(flush, troubled ? TROUBLED_FLUSH_MS : FLUSH_MS);
  };
  return {
    print: (text) => add(clear.push(text)),
    say: (sentence) => {
      add(clear.flush());
      add(`${lineOpen ? "\n" : ""}forgehand: ${redactor.text(sentence)}\n`);
    },
    close: async () => {
      add(clear.flush());
      flush();
      await writing;
    },
  };
}
