const LENGTH_DIGITS = 4;
const REF = /^([0-9a-f]{40}|[0-9a-f]{64}) ([^\0\n]+)/;

/**
 * The refs that a git server shows to a client that wants to fetch, by name; undefined where the bytes are something
 * else, or end too early. Each line begins with its length in four hex digits, `0000` is an end without a line; the
 * first ref is followed by what the server can do. Source: git's gitprotocol-pack, "Reference Discovery".
 */
export function readAdvertisement(body: Buffer): Map<string, string> | undefined {
  const refs = new Map<string, string>();
  let flushes = 0;
  for (let at = 0; at < body.length;) {
    const digits = body.toString("latin1", at, at + LENGTH_DIGITS);
    if (!/^[0-9a-f]{4}$/.test(digits)) return undefined;
    const length = Number.parseInt(digits, 16);
    if (length === 0) flushes += 1;
    else if (length < LENGTH_DIGITS || at + length > body.length) return undefined;
    const [, sha, name] = REF.exec(body.toString("utf8", at + LENGTH_DIGITS, at + length)) ?? [];
    if (sha !== undefined && name !== undefined) refs.set(name, sha);
    at += Math.max(length, LENGTH_DIGITS);
  }
  // One end after the service's name, one after the refs.
  return flushes === 2 ? refs : undefined;
}
