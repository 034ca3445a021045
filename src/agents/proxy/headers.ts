import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

import type { Carrier, Dialect } from "./dialect.ts";
import type { Hider } from "./hide.ts";

/** What goes on whatever the dialect. Not listed, so left out: cookies, forwarded addresses, hop-by-hop, other keys. */
const ASKED = /^(accept|user-agent)$/;
/** What comes back: what programs read to wait, to ask again and to say what they asked. */
const ANSWERED =
  /^(content-type|cache-control|date|retry-after|retry-after-ms|x-should-retry|request-id|x-request-id|(anthropic|x)-ratelimit-[a-z0-9-]+|openai-(model|processing-ms|version)|x-codex-[a-z0-9-]+)$/;

/**
 * The headers that the API gets: the listed ones of the program, and the real key in the place of the run's token. The
 * answer must not be compressed, or nobody could count it.
 */
export function headersUpstream(
  given: IncomingHttpHeaders,
  way: { dialect: Dialect; carrier: Carrier; key: string; token: string; length: number },
): OutgoingHttpHeaders {
  const { dialect, carrier, key, token, length } = way;
  const kept = Object.entries(given).filter(
    ([name, value]) =>
      (ASKED.test(name) || dialect.headers.test(name)) && typeof value === "string" && !value.includes(token),
  );
  const place = dialect.carriers.includes(carrier) ? carrier : dialect.carriers[0];
  return {
    ...Object.fromEntries(kept),
    ...keyHeader(place, key),
    "content-type": "application/json",
    "content-length": length,
    "accept-encoding": "identity",
  };
}

/** A server of one's own may want no key. */
function keyHeader(place: Carrier, key: string): OutgoingHttpHeaders {
  if (key === "") return {};
  return place === "bearer" ? { authorization: `Bearer ${key}` } : { [place]: key };
}

/** The headers that the program gets of the API's answer. Its length and framing are ours to say. */
export function headersDown(given: IncomingHttpHeaders, hider: Hider): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      ANSWERED.test(name) && typeof value === "string" ? [[name, hider.text(value)]] : [],
    ),
  );
}
