/** Characters of a line beyond which it is dropped: no line that matters to us is as long. */
export const LONGEST_LINE = 8 * 1024 * 1024;

/** Cuts text that arrives in pieces into lines. */
export interface Lines {
  push(text: string): void;
  /** Hand on what stood after the last line's end. */
  end(): void;
}

/**
 * Hand on each whole line, without its end. At most `longest` characters are kept in between; a line that is longer is
 * dropped whole, and what follows it is read as usual.
 */
export function cutLines(take: (line: string) => void, longest: number = LONGEST_LINE): Lines {
  let kept: string[] = [];
  let length = 0;
  let dropping = false;
  const keep = (piece: string): void => {
    if (piece === "" || dropping) return;
    length += piece.length;
    if (length > longest) {
      dropping = true;
      kept = [];
    } else kept.push(piece);
  };
  const end = (): void => {
    if (!dropping && length > 0) take(kept.join(""));
    kept = [];
    length = 0;
    dropping = false;
  };
  return {
    push(text) {
      let start = 0;
      for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", start)) {
        keep(text.slice(start, at));
        end();
        start = at + 1;
      }
      keep(text.slice(start));
    },
    end,
  };
}
