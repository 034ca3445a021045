import type { Dialect, Route } from "./dialect.ts";

/** What a request asks for. */
export interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Names of this machine: a request for one of them is meant for us. */
const OWN_NAMES: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];
/** No percent sign, backslash, semicolon or fragment: nothing that two readers of a path could read differently. */
const PLAIN_PATH = /^(\/[A-Za-z0-9_:-][A-Za-z0-9._:-]*)+$/;

/** Whether a `Host` names us: this machine, or one of `hosts`, whatever the port. */
export function isOurs(host: string | undefined, hosts: readonly string[]): boolean {
  const name = host?.toLowerCase().replace(/:\d{1,5}$/, "");
  return name !== undefined && [...OWN_NAMES, ...hosts].includes(name);
}

/**
 * Read a request target: a path, or a whole address of ours as a client writes it that speaks to us by way of another
 * proxy (RFC 9112, 3.2.2). Undefined for every other: another host, `..`, encoded characters, `*`.
 */
export function readTarget(written: string, hosts: readonly string[]): Target | undefined {
  const whole = /^http:\/\/([^/?#@\s]+)(\/.*)$/.exec(written);
  if (whole !== null && !isOurs(whole[1], hosts)) return undefined;
  const [path = "", query = "", ...more] = (whole?.[2] ?? written).split("?");
  if (more.length > 0 || query.includes("#") || !PLAIN_PATH.test(path)) return undefined;
  return { path, query: new URLSearchParams(query) };
}

/** The route that a request takes; undefined where the dialect has none for it. */
export function routeOf(
  dialect: Dialect,
  method: string,
  path: string,
): { readonly route: Route; readonly model?: string } | undefined {
  for (const route of dialect.routes) {
    const found = route.method === method ? route.path.exec(path) : null;
    if (found === null) continue;
    const model = found.groups?.model;
    return model === undefined ? { route } : { route, model };
  }
  return undefined;
}

/** Path and query as they go on: below the base address, and only with what the dialect lets through. */
export function pathUpstream(dialect: Dialect, base: URL, { path, query }: Target): string {
  const kept = new URLSearchParams([...query].filter(([name]) => dialect.query.includes(name)));
  const below = base.pathname.replace(/\/+$/, "") + path.slice(dialect.root.length);
  return kept.size === 0 ? below : `${below}?${kept.toString()}`;
}
