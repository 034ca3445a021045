/** Names under which this machine calls itself. */
const OURSELVES = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Whether a `Host` header names us, whatever the port. A page of somebody else whose name was made to point here
 * (DNS rebinding) sends its own name and gets nothing.
 */
export function hostCheck(
  publicUrl: string | undefined,
  hosts: readonly string[],
): (host: string) => boolean {
  const known = new Set([...OURSELVES, ...hosts.map(nameOf)]);
  if (publicUrl !== undefined) known.add(new URL(publicUrl).hostname);
  return (host) => known.has(nameOf(host));
}

/** The name of `name:port`, in lower case; a name in brackets keeps them. */
function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "");
}
