/** How a draft is marked where nobody changed the server's `WORK_IN_PROGRESS_PREFIXES`, which no API tells. */
export const DRAFT = "WIP: ";

const MARK = /^\s*(?:wip:|\[wip\]|draft:|\[draft\])\s*/i;

/** Whether a title marks a draft: servers have no other way to make one, and old ones no field that tells. */
export function isDraftTitle(title: string): boolean {
  return MARK.test(title);
}

/** The title without its mark. */
export function bareTitle(title: string): string {
  return title.replace(MARK, "");
}
