/** Three or more of a mark open a block of code; as many or more of the same alone in a line close it (CommonMark 4.5). */
const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;

/**
 * The lines of a comment that its writer says: not those of a block of code, which an open fence makes of all that
 * follows, nor those that a hidden comment of HTML holds. Quotes and indented code are told by how a line begins, which
 * is for who reads it. Takes time in proportion to the length.
 */
export function spokenLines(body: string): string[] {
  const said: string[] = [];
  let fence: string | undefined;
  let hidden = false;
  for (const line of body.split(/\r\n|\r|\n/)) {
    const [, mark, rest = ""] = FENCE.exec(line) ?? [];
    if (fence !== undefined) {
      if (mark?.startsWith(fence) === true && rest.trim() === "") fence = undefined;
      continue;
    }
    if (hidden) {
      hidden = !line.includes("-->");
      continue;
    }
    // Backticks behind backticks are code within a line.
    if (mark !== undefined && !(mark.startsWith("`") && rest.includes("`"))) {
      fence = mark;
      continue;
    }
    said.push(line);
    const opened = line.lastIndexOf("<!--");
    hidden = opened !== -1 && !line.includes("-->", opened);
  }
  return said;
}
