import { expect } from "@jest/globals";

import type { SeenRequest } from "../../demo/stand-in/server.ts";
import type { World } from "../../demo/world.ts";
import { contract } from "./openapi.ts";

/** A vendor's description of its API, and where the stand-in of its forge differs from it. */
export interface Described {
  readonly file: string;
  /** Path that the stand-in is installed under. */
  readonly base: string;
  /** Operations that the shortened description does not have, as method and path. */
  readonly leftOut: RegExp;
  /** Members that may also be written as a text with commas, which the description does not say. */
  readonly lists?: readonly string[];
}

/** What is wrong with requests by the description, in sentences. Undefined where the description is not at hand. */
export function problemsIn(
  { file, base, leftOut, lists = [] }: Described,
  requests: readonly SeenRequest[],
): string[] | undefined {
  const api = contract(file);
  if (api === undefined) return undefined;
  return requests.flatMap((request) => {
    const path = request.path.slice(base.length);
    const asked = `${request.method} ${path}`;
    if (leftOut.test(asked)) return [];
    const body = request.body && listed(request.body, lists);
    return api.problemsOf({ ...request, path, body }).map((problem) => `${asked}: ${problem}`);
  });
}

/** A world that is closed only when every request to its forge was as the vendor describes it, where that is at hand. */
export function heldTo(described: Described, world: World): World {
  return {
    ...world,
    close: async () => {
      await world.close();
      expect(problemsIn(described, world.requests) ?? []).toEqual([]);
    },
  };
}

/** A body with its texts with commas as the lists that they stand for. */
function listed(body: object, lists: readonly string[]): object {
  const members = Object.entries(body as Record<string, unknown>);
  return Object.fromEntries(
    members.map(([name, value]) => [name, lists.includes(name) ? String(value).split(",") : value]),
  );
}
