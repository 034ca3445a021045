/** The header that names the repository that a service hook's work items go with. */
export const REPOSITORY_HEADER = "X-Forgehand-Repository";

/** The repository that the headers of a subscription name; each is a line of its own. */
export function repositoryIn(headers: string): string | undefined {
  const line = linesOf(headers).find(isOurs);
  return line?.slice(line.indexOf(":") + 1).trim();
}

/** The headers of a subscription, with this repository in place of another. */
export function headersFor(repository: string | undefined, before: string): string {
  const others = linesOf(before).filter((line) => !isOurs(line));
  return [...others, ...(repository === undefined ? [] : [`${REPOSITORY_HEADER}:${repository}`])].join("\n");
}

function linesOf(headers: string): string[] {
  return headers.split(/\r?\n/).filter((line) => line.trim() !== "");
}

function isOurs(line: string): boolean {
  return line.split(":")[0]?.trim().toLowerCase() === REPOSITORY_HEADER.toLowerCase();
}
