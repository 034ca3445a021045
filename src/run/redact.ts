/** Shorter texts are no secrets: hiding them would hide ordinary words. */
const SHORTEST_SECRET = 4;
/** Encoded pieces and single lines of a secret are hidden from this length on. */
const SHORTEST_PIECE = 8;
const HIDDEN = "***";

/** Hides secrets in a text that arrives in chunks, even where a secret lies across the border of two. */
export interface Redaction {
  /** What may be shown now. The end of a chunk is kept back while it could be the beginning of a secret. */
  push(chunk: string): string;
  /** What was kept back. */
  flush(): string;
}

/**
 * Replaces secrets by `***`, as they are and as they are commonly written: base64 (also in the middle of a longer
 * encoded text), percent-encoded, and each line of a secret of several lines.
 */
export interface Redactor {
  readonly text: (text: string) => string;
  readonly stream: () => Redaction;
}

export function createRedactor(secrets: readonly string[]): Redactor {
  const trimmed = secrets.flatMap((secret) => [secret, secret.trim()]);
  const forms = [...new Set(trimmed.filter(({ length }) => length >= SHORTEST_SECRET).flatMap(formsOf))];
  forms.sort((one, other) => other.length - one.length);
  if (forms.length === 0) {
    return { text: (text) => text, stream: () => ({ push: (chunk) => chunk, flush: () => "" }) };
  }
  const pattern = new RegExp(forms.map(escape).join("|"), "g");
  const text = (clear: string) => clear.replace(pattern, HIDDEN);
  return {
    text,
    stream: () => {
      let kept = "";
      return {
        push: (chunk) => {
          const clear = kept + chunk;
          const border = safeBorder(clear, forms, pattern);
          kept = clear.slice(border);
          return text(clear.slice(0, border));
        },
        flush: () => {
          const rest = text(kept);
          kept = "";
          return rest;
        },
      };
    },
  };
}

/** Up to where a text can be shown whatever comes next: before all that may be the beginning of a secret. */
function safeBorder(clear: string, forms: readonly string[], pattern: RegExp): number {
  const longest = forms[0]?.length ?? 0;
  let border = Math.max(0, clear.length - longest + 1);
  while (border < clear.length && !forms.some((form) => form.startsWith(clear.slice(border)))) border++;
  for (const { index, 0: found } of clear.matchAll(pattern)) {
    if (index < border && border < index + found.length) return index;
  }
  return border;
}

function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter(({ length }) => length >= SHORTEST_PIECE);
  const written = [secret, ...lines, encodeURIComponent(secret.toWellFormed())];
  return [...written, ...base64Forms(secret)];
}

/**
 * How a secret reads inside base64: by itself, and after one or two bytes of something else, without the characters
 * that its neighbours decide about.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const inside = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const shared = (before + bytes.length) % 3 === 0 ? 0 : 1;
    return encoded.slice(before === 0 ? 0 : before + 1, encoded.length - shared);
  });
  const whole = bytes.toString("base64");
  const standard = [whole, ...inside.filter(({ length }) => length >= SHORTEST_PIECE)];
  return standard.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
