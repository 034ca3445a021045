import { StringDecoder } from "node:string_decoder";

/** Characters of one event from which on it is not read any more: it only passes through. */
const LONGEST_EVENT = 16 * 1024 * 1024;

/** Reads the `data` of server-sent events out of bytes in pieces (HTML standard, 9.2.6). */
export interface EventReader {
  /** The data of each event that is whole now. */
  push(chunk: Buffer): string[];
  /** The data of an event whose end did not come. */
  end(): string[];
}

export function createEventReader(): EventReader {
  const decoder = new StringDecoder("utf8");
  let line = "";
  let data: string[] = [];
  let size = 0;
  let afterReturn = false;

  const take = (): string[] => {
    const whole = size <= LONGEST_EVENT && data.length > 0 ? [data.join("\n")] : [];
    data = [];
    size = 0;
    return whole;
  };
  const endLine = (): string[] => {
    const ended = line;
    line = "";
    if (ended === "") return take();
    const value = /^data(?:: ?|$)/.exec(ended);
    if (value !== null && size <= LONGEST_EVENT) data.push(ended.slice(value[0].length));
    return [];
  };
  const add = (text: string) => {
    size += text.length;
    // The size says that this event is lost; what is read of it must not fill our memory.
    if (size > LONGEST_EVENT) data = [];
    line = size > LONGEST_EVENT ? "x" : line + text;
  };
  const read = (text: string): string[] => {
    const found: string[] = [];
    let start = 0;
    for (const { index, 0: mark } of text.matchAll(/[\r\n]/g)) {
      if (mark === "\n" && afterReturn && index === start) {
        // The second half of one line's end, perhaps from the chunk before.
        start = index + 1;
        afterReturn = false;
        continue;
      }
      if (index > start) add(text.slice(start, index));
      found.push(...endLine());
      start = index + 1;
      afterReturn = mark === "\r";
    }
    if (start < text.length) {
      add(text.slice(start));
      afterReturn = false;
    }
    return found;
  };
  return {
    push: (chunk) => read(decoder.write(chunk)),
    end: () => [...read(decoder.end()), ...endLine(), ...take()],
  };
}
