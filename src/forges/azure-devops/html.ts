import { COMMENT_MARKER } from "../../core/text.ts";

/** What the editor of work items writes; any other word between angle brackets is text, such as `List<string>`. */
const TAGS = new Set(
  (
    "a abbr b blockquote br code del div em font h1 h2 h3 h4 h5 h6 hr i img ins li ol p pre s small span strong " +
    "sub sup table tbody td tfoot th thead tr u ul"
  ).split(" "),
);
const BLOCKS = new Set("div h1 h2 h3 h4 h5 h6 hr li ol p table tr ul".split(" "));
const TAG = /<(\/?)([a-z][a-z0-9]*)(?=[\s/>])[^<>]*>/iy;
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};
const LAST_CODE_POINT = 0x10ffff;

/**
 * The text of a field or comment of a work item, whose HTML becomes lines: code is fenced and quotes are marked, as in
 * Markdown, so that nothing in them passes for a command. Text without tags stays as it is, since newer projects write
 * Markdown. Our marker stays, other hidden comments go. Takes time in proportion to the length, whatever is in it.
 */
export function textOf(html: string): string {
  let text = "";
  let quotes = 0;
  let at = 0;
  const put = (piece: string) => (text += quotes > 0 ? piece.replaceAll("\n", "\n> ") : piece);
  for (let open = html.indexOf("<"); open !== -1; open = html.indexOf("<", at)) {
    put(decoded(html.slice(at, open)));
    if (html.startsWith("<!--", open)) {
      const end = html.indexOf("-->", open + 4);
      if (end === -1) return tidy(text);
      if (html.startsWith(COMMENT_MARKER, open)) put(`${COMMENT_MARKER}\n`);
      at = end + 3;
      continue;
    }
    TAG.lastIndex = open;
    const [whole = "<", slash, word = ""] = TAG.exec(html) ?? [];
    const tag = word.toLowerCase();
    at = open + whole.length;
    if (!TAGS.has(tag)) {
      put(whole);
      continue;
    }
    if (tag === "blockquote") quotes = Math.max(0, quotes + (slash === "/" ? -1 : 1));
    if (tag === "pre") put("\n```\n");
    else if (tag === "br" || tag === "blockquote") put("\n");
    else if (BLOCKS.has(tag) && !/\n(?:> )?$/.test(text.slice(-3))) put("\n");
  }
  put(decoded(html.slice(at)));
  return tidy(text);
}

function decoded(text: string): string {
  return text.replace(ENTITY, (whole, decimal?: string, hex?: string, word?: string) => {
    if (word !== undefined) return ENTITIES[word.toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
    return code <= LAST_CODE_POINT ? String.fromCodePoint(code) : whole;
  });
}

/** No blanks at the ends of lines, and one empty line at most. */
function tidy(text: string): string {
  const lines = text.split("\n").map((line) => line.trimEnd());
  return lines
    .filter((line, index) => line !== "" || (lines[index - 1] ?? "") !== "")
    .join("\n")
    .trim();
}

/**
 * A text of ours as HTML, for a work item: everything is escaped, and of Markdown only what we write ourselves is
 * shown, which is links, bold and code. The marker stays what it is, and so invisible.
 */
export function htmlOf(markdown: string): string {
  const [before = "", ...rest] = markdown.split(COMMENT_MARKER);
  const parts = [before, ...rest].map((part) =>
    part
      .split(/\n{2,}/)
      .map(paragraphOf)
      .join(""),
  );
  return parts.join(COMMENT_MARKER);
}

function paragraphOf(text: string): string {
  const trimmed = text.trim();
  return trimmed === "" ? "" : `<div>${inline(escaped(trimmed)).replaceAll("\n", "<br>")}</div>`;
}

function inline(text: string): string {
  return text
    .replace(/`([^`\n]+)`/g, "<code>$1</code>")
    .replace(/\*\*([^*\n]+)\*\*/g, "<b>$1</b>")
    .replace(/\[([^[\]\n]{1,200})\]\((https?:\/\/[^\s()]{1,2000})\)/g, '<a href="$2">$1</a>');
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
