const TAIL = /^(\/webhooks\/[^/?]+)\/-\/.*$/s;

/**
 * The address of a webhook without the tail that begins with `/-/`. Forges write names of branches there,
 * percent-encoded or not, which anybody may choose: the tail is never decoded, and one that could not be is no reason
 * to lose a delivery.
 */
export function withoutTail(url: string): string {
  return url.replace(TAIL, "$1");
}

/**
 * An address without the path that we are reached under (`/forgehand`, or empty). A proxy may take it off itself, so an
 * address that does not begin with it stays as it is.
 */
export function withoutBase(url: string, basePath: string): string {
  if (basePath === "" || !url.startsWith(basePath)) return url;
  const rest = url.slice(basePath.length);
  if (rest === "" || rest.startsWith("?")) return `/${rest}`;
  return rest.startsWith("/") ? rest : url;
}
