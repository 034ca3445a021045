import { expect } from "@jest/globals";

import type { World } from "../../../demo/world.ts";
import type { SentRequest } from "../../support/openapi.ts";
import { contract } from "../../support/openapi.ts";

/** Operations that the description at hand leaves out, or that it has run into another one (list into batch). */
const LEFT_OUT =
  /^GET \S+(?:\/_apis\/(?:connectionData|identities)|\/wit\/workItems\/\d+\/comments|\/repositories\/[^/]+\/items)$/;

const description = contract("azure-devops.json");

/** Whether Microsoft's own description of its API is at hand. */
export const isDescribed = description !== undefined;

/** What Microsoft's description has against a request, whose path begins with the organization or collection. */
export function problemsOf(request: SentRequest): string[] {
  const asked = `${request.method} ${request.path}`;
  if (description === undefined || LEFT_OUT.test(asked)) return [];
  const sent = { ...request, path: inTheirWords(request.path) };
  return description.problemsOf(sent).map((problem) => `${asked}: ${problem}`);
}

/** The API takes any case, its description has one of each; and a team, which may be left out, it always names. */
function inTheirWords(path: string): string {
  return path
    .replace(/\/workItems\/(\d+)$/, "/workitems/$1")
    .replace(/\/_apis\/wit\/wiql$/, "/team/_apis/wit/wiql");
}

/** A world that is closed only when every request to it was as Microsoft describes it. */
export function heldToDescription<Kind extends World>(world: Kind): Kind {
  return {
    ...world,
    close: async () => {
      await world.close();
      expect(world.requests.flatMap((request) => problemsOf(request))).toEqual([]);
    },
  };
}
