const STAR = "*";
/** Shorter keys are words such as `none` or `ollama`, which servers of one's own are given: no secret worth hiding. */
const SHORTEST_SECRET = 8;

/** Puts stars over a secret in bytes that arrive in pieces, even where it lies across the border of two. */
export interface Hiding {
  /** What may be shown now: all of it, but for an end that may be the beginning of a secret. */
  push(chunk: Buffer): Buffer;
  /** What was kept back. */
  flush(): Buffer;
}

/** Hides one secret, as it is, percent-encoded, and in base64. The length of a text stays the same. */
export interface Hider {
  text(text: string): string;
  stream(): Hiding;
}

export function createHider(secret: string): Hider {
  if (secret.length < SHORTEST_SECRET) {
    return {
      text: (text) => text,
      stream: () => ({ push: (chunk) => chunk, flush: () => Buffer.alloc(0) }),
    };
  }
  const base64 = Buffer.from(secret).toString("base64").replace(/=+$/, "");
  const forms = [...new Set([secret, encodeURIComponent(secret), base64])];
  forms.sort((one, other) => other.length - one.length);
  const pattern = new RegExp(forms.map(escape).join("|"), "g");
  const hide = (text: string) => text.replace(pattern, (found) => STAR.repeat(found.length));
  return {
    text: hide,
    stream: () => {
      // Latin-1 has one character for each byte, so that nothing but the secret is changed, text or not.
      let kept = "";
      return {
        push: (chunk) => {
          const clear = hide(kept + chunk.toString("latin1"));
          const border = clear.length - beginning(clear, forms);
          kept = clear.slice(border);
          return Buffer.from(clear.slice(0, border), "latin1");
        },
        flush: () => {
          const rest = Buffer.from(kept, "latin1");
          kept = "";
          return rest;
        },
      };
    },
  };
}

/** How many characters at the end of a text may be the beginning of a secret. */
function beginning(text: string, forms: readonly string[]): number {
  const longest = Math.max(...forms.map(({ length }) => length)) - 1;
  for (let length = Math.min(longest, text.length); length > 0; length -= 1) {
    const end = text.slice(-length);
    if (forms.some((form) => form.startsWith(end))) return length;
  }
  return 0;
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
