import type { LogChunk, Store } from "../core/store.ts";
import { plain } from "./plain.ts";

/** Characters of a log that a page shows; all of it is in the text file. */
const SHOWN = 200_000;

/** The pieces of a run's log after a piece, as far as it is written, oldest first. */
export async function* logAfter(
  store: Pick<Store, "log">,
  run: number,
  after: number,
): AsyncGenerator<LogChunk> {
  let last = after;
  for (;;) {
    const slice = await store.log(run, last);
    for (const { seq, text } of slice) {
      yield { seq, text: plain(text) };
      last = seq;
    }
    if (slice.length === 0) return;
  }
}

/** The whole log of a run as text. */
export async function* logText(store: Pick<Store, "log">, run: number): AsyncGenerator<string> {
  for await (const { text } of logAfter(store, run, 0)) yield text;
}

/** The end of a run's log, what a page shows of it. */
export interface LogTail {
  readonly text: string;
  /** The last piece that is in it: a stream goes on after it. */
  readonly seq: number;
  /** Whether the beginning was left out. */
  readonly cut: boolean;
}

export async function logTail(store: Pick<Store, "log">, run: number): Promise<LogTail> {
  let text = "";
  let seq = 0;
  let cut = false;
  for await (const chunk of logAfter(store, run, 0)) {
    text += chunk.text;
    ({ seq } = chunk);
    // Cut seldom, not for each piece: a long log is read in one go.
    if (text.length > 2 * SHOWN) {
      text = text.slice(-SHOWN);
      cut = true;
    }
  }
  return { text, seq, cut };
}
