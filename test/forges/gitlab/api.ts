import nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { silent } from "../../../src/core/log.ts";
import { gitlab } from "../../../src/forges/gitlab/index.ts";
import { contract } from "../../support/openapi.ts";

export const HOST = "https://gitlab.com";
export const API = `${HOST}/api/v4`;

/** Routes that GitLab has and the description at hand leaves out. */
const UNDESCRIBED = [/^GET \/api\/v4\/projects\/\d+\/(?:issues|merge_requests)\/\d+\/resource_label_events$/];

/** Lists that the description has as arrays; the server takes a text with commas, which is what gitbeaker sends. */
const LISTS = ["add_labels", "remove_labels"];

const description = contract("gitlab.json");

/** A GitLab that answers what a test foretold, and holds every request against GitLab's own description. */
export function foretold(base = API): { api: nock.Scope; problems: string[] } {
  const problems: string[] = [];
  const api = nock(base);
  api.on("request", (request: Request, _: unknown, text: string) => {
    const { pathname, searchParams } = new URL(request.url);
    const path = pathname.slice(pathname.indexOf("/api/v4"));
    const asked = `${request.method} ${path}`;
    if (description === undefined || UNDESCRIBED.some((route) => route.test(asked))) return;
    const sent = {
      method: request.method,
      path,
      query: Object.fromEntries(searchParams),
      ...(text === "" ? {} : { body: asLists(JSON.parse(text) as Record<string, unknown>) }),
    };
    problems.push(...description.problemsOf(sent).map((problem) => `${asked}: ${problem}`));
  });
  return { api, problems };
}

function asLists(body: Record<string, unknown>): Record<string, unknown> {
  const split = (name: string, value: unknown) =>
    LISTS.includes(name) && typeof value === "string" ? value.split(",") : value;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, split(name, value)]));
}

/** An open line by a token. */
export async function openWithToken(more: object = {}): Promise<Forge> {
  const settings = gitlab.settings.parse({
    kind: "gitlab",
    token: "glpat-token",
    webhookSecret: "s",
    ...more,
  });
  return (await gitlab.open("gitlab", settings, { log: silent, userAgent: "forgehand/test" })).forge;
}
