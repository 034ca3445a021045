const TAIL = /^(\/webhooks\/[^/?]+)\/-\/.*$/s;

/**
 * The address of a webhook without the tail that begins with `/-/`. Forges write names of branches there,
 * percent-encoded or not, which anybody may choose: the tail is never decoded, and one that could not be is no reason
 * to lose a delivery.
 */
export function withoutTail(url: string): string {
  return url.replace(TAIL, "$1");
}
