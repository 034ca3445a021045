import type { Tokens } from "../prices.ts";
import type { Dialect, Told } from "./dialect.ts";
import { isObject } from "./dialect.ts";
import { createEventReader } from "./events.ts";

/** Bytes of an answer in one piece up to which it is kept to be counted. */
const LARGEST_ANSWER = 32 * 1024 * 1024;
/** Bytes that count as one token where nobody tells how many there were. */
export const BYTES_OF_A_TOKEN = 4;

/** Counts the tokens of one answer while it passes. */
export interface Meter {
  push(chunk: Buffer): void;
  /**
   * What it cost. What the API told counts. What it did not (a stream that was cut off, a server that tells nothing) is
   * a token for each four bytes of the request, and of all that was answered: with the marks of the stream that is more
   * than was said, so that cutting off hides nothing.
   */
  end(): Tokens;
}

/** `asked` is how many bytes the request's body has. */
export function createMeter(
  tell: Dialect["tell"],
  { stream, asked }: { stream: boolean; asked: number },
): Meter {
  const most: Record<keyof Tokens, number | undefined> = {
    input: undefined,
    cached: undefined,
    cacheWrite: undefined,
    hourWrite: undefined,
    output: undefined,
  };
  let final = false;
  let answered = 0;

  const count = (told: Told | undefined) => {
    if (told === undefined) return;
    final ||= told.final;
    // Every dialect tells sums so far, so the largest is the last.
    for (const name of Object.keys(most) as (keyof Tokens)[]) {
      const next = told[name];
      if (next !== undefined) most[name] = Math.max(most[name] ?? 0, next);
    }
  };
  const read = (text: string) => {
    if (!text.includes('"usage')) return;
    const value = parse(text);
    // Gemini streams an array of pieces where no events are asked for.
    for (const piece of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (isObject(piece)) count(tell(piece));
    }
  };
  const reader = stream ? readEvents(read) : readWhole(read);
  return {
    push: (chunk) => {
      answered += chunk.length;
      reader.push(chunk);
    },
    end: () => {
      reader.end();
      const guess = Math.ceil(answered / BYTES_OF_A_TOKEN);
      return {
        input: most.input ?? Math.ceil(asked / BYTES_OF_A_TOKEN),
        cached: most.cached ?? 0,
        cacheWrite: most.cacheWrite ?? 0,
        hourWrite: most.hourWrite ?? 0,
        output: final ? (most.output ?? guess) : Math.max(most.output ?? 0, guess),
      };
    },
  };
}

interface Reader {
  push(chunk: Buffer): void;
  end(): void;
}

function readEvents(read: (text: string) => void): Reader {
  const events = createEventReader();
  return {
    push: (chunk) => events.push(chunk).forEach(read),
    end: () => events.end().forEach(read),
  };
}

function readWhole(read: (text: string) => void): Reader {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    push: (chunk) => {
      size += chunk.length;
      if (size <= LARGEST_ANSWER) chunks.push(chunk);
      else chunks = [];
    },
    end: () => read(Buffer.concat(chunks).toString("utf8")),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // `[DONE]`, or what is left of something that was cut off.
    return undefined;
  }
}
