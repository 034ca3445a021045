import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";

import { ForgehandError } from "../../core/errors.ts";

/** The one API that a proxy speaks to. */
export interface Upstream {
  readonly base: URL;
  readonly agent: HttpAgent;
}

/** Proxy settings of the operator, as Node reads them (https://nodejs.org/api/http.html#built-in-proxy-support). */
export type ProxyEnvironment = Readonly<Partial<Record<"HTTPS_PROXY" | "NO_PROXY", string>>>;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** What a header can carry of a key: visible ASCII. */
const SENDABLE = /^[\x21-\x7e]*$/;

/**
 * Take the base address and key of an API. Only https, but for this machine itself: elsewhere the key could be read on
 * its way. Throws CONFIG_INVALID.
 */
export function openUpstream(
  address: string,
  { key, environment }: { key: string; environment: ProxyEnvironment },
): Upstream {
  const base = URL.parse(address);
  if (base === null || !/^https?:$/.test(base.protocol) || base.username !== "" || base.password !== "") {
    throw invalid("The address of the model's API is no http(s) address without credentials: correct it.");
  }
  if (base.search !== "" || base.hash !== "") {
    throw invalid("The address of the model's API must end with its path: leave out all from ? or # on.");
  }
  if (base.protocol === "http:" && !LOOPBACK.test(base.hostname)) {
    throw invalid(
      `The address of the model's API, ${base.origin}, is http: its key could be read on the way. Write https; plain http is for loopback only.`,
    );
  }
  if (!SENDABLE.test(key)) {
    throw invalid(
      "The key of the model's API has spaces, line breaks or other characters that no header carries: correct it.",
    );
  }
  // A connection for each request: beside what a model needs to answer, that costs nothing, and none is found stale.
  const agent =
    base.protocol === "https:"
      ? new HttpsAgent({ keepAlive: false, proxyEnv: { ...environment } })
      : new HttpAgent({ keepAlive: false });
  return { base, agent };
}

function invalid(message: string): ForgehandError {
  return new ForgehandError("CONFIG_INVALID", message);
}
