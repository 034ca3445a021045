import type { Answer } from "./answer.ts";

/** The body of a request as data; an empty object where there was none. */
export type Body = Readonly<Record<string, unknown>>;

/** What every route is given of a request. */
export interface Request {
  /** What stands in the path, decoded, by the names of the route. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly url: URL;
  readonly body: Body;
}

/** Method and path of an operation, as the forge's own description writes them. */
export type Signature = `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`;

/** One operation of an API. */
export interface Route<Asked extends Request> {
  readonly route: Signature;
  answer(asked: Asked): Answer | Promise<Answer>;
}

/** The route of a request with what stands in its path; undefined where the API has none. */
export function routeOf<Asked extends Request>(
  routes: readonly Route<Asked>[],
  method: string,
  path: string,
): { route: Route<Asked>; parameters: Record<string, string> } | undefined {
  for (const route of routes) {
    const [verb, pattern = ""] = route.route.split(" ");
    const found = verb === method ? patternOf(pattern).exec(path) : null;
    if (found === null) continue;
    const parts = Object.entries(found.groups ?? {});
    return {
      route,
      parameters: Object.fromEntries(parts.map(([name, part]) => [name, decodeURIComponent(part)])),
    };
  }
  return undefined;
}

/** A text of the body; undefined where it is none. */
export function textIn(body: Body, name: string): string | undefined {
  const value = body[name];
  return typeof value === "string" ? value : undefined;
}

/** A parameter stands for one segment; a file's path for all that follow, as far as what stands after it. */
function patternOf(pattern: string): RegExp {
  const source = pattern.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === "path" ? "(?<path>.+)" : `(?<${name}>[^/]+)`,
  );
  return new RegExp(`^${source}$`);
}
