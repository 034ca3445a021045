/**
 * Text that people wrote as another person sees it on the forge: without what is there for machines alone. Hidden markup
 * and invisible characters have been used to tell agents what nobody was meant to read.
 */
export function visible(text: string): string {
  return text
    .replace(/<!--[\s\S]*?(-->|$)/g, "")
    .replace(/<(picture|script|style|template|svg)\b[\s\S]*?(<\/\1\s*>|$)/gi, "")
    .replace(/<[a-z][^>]*\b(hidden|aria-hidden|style)\b[^>]*>/gi, "")
    .replace(INVISIBLE, "");
}

/**
 * Characters that show nothing: formats (Cf: zero width, bidirectional controls, tags), variation selectors beyond the
 * first sixteen, fillers, and controls but tab, line feed and carriage return.
 */
const INVISIBLE = /[\p{Cf}\u{E0100}-\u{E01EF}\u115F\u1160\u3164\uFFA0]|(?![\t\n\r])\p{Cc}/gu;
