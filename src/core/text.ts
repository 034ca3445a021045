/** Stands in every comment and pull request description of ours, so that we know them again. */
export const COMMENT_MARKER = "<!-- forgehand:comment -->";

const ZERO_WIDTH_SPACE = "\u200b";

/**
 * Text of a command or an issue made harmless for a comment: no mention of a person, no quick action of a forge, no
 * hidden markup, no marker of ours. It reads the same to a person.
 */
export function neutralise(text: string): string {
  return text
    .replace(/<!--/g, `<${ZERO_WIDTH_SPACE}!--`)
    .replace(/(^|[^\w`])@(?=[\w{<"])/g, `$1@${ZERO_WIDTH_SPACE}`)
    .replace(/^([ \t>]*)\/(?=\w)/gm, `$1${ZERO_WIDTH_SPACE}/`);
}

/** Text cut to a number of characters, with an ellipsis where something was left out. */
export function cut(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}

/** Text that may stand between backticks: in one line, without backticks of its own. */
export function code(text: string): string {
  return text.replace(/`/g, "'").replace(/\s+/g, " ");
}
