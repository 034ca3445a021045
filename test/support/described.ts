import { expect } from "@jest/globals";

import type { World } from "../../demo/world.ts";
import { contract } from "./openapi.ts";

/** A vendor's description of its API, and where the stand-in of its forge differs from it. */
export interface Described {
  readonly file: string;
  /** Path that the stand-in's API is installed under. */
  readonly base: string;
  /** Operations that the shortened description does not have, as method and path. */
  readonly leftOut: RegExp;
}

/** A world that is closed only when every request to its forge was as the vendor describes it, where that is at hand. */
export function heldTo({ file, base, leftOut }: Described, world: World): World {
  const api = contract(file);
  const problems = () =>
    world.requests.flatMap((request) => {
      const path = request.path.slice(base.length);
      if (api === undefined || leftOut.test(`${request.method} ${path}`)) return [];
      return api.problemsOf({ ...request, path }).map((problem) => `${request.method} ${path}: ${problem}`);
    });
  return {
    ...world,
    close: async () => {
      await world.close();
      expect(problems()).toEqual([]);
    },
  };
}
