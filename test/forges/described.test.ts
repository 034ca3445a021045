import { describe, expect, it } from "@jest/globals";

import { areAtHand } from "../support/openapi.ts";
import { mustBeDescribed, PROBLEMS } from "./described.ts";

const BASES: Readonly<Record<string, string>> = {
  "azure-devops": "/acme",
  "bitbucket-cloud": "/2.0",
  "bitbucket-data-center": "/rest",
  gitea: "/api/v1",
  github: "",
  gitlab: "/api/v4",
  gogs: "/api/v1",
};

(areAtHand ? describe : describe.skip)(
  "requests are held against what vendors say of their APIs (skipped where ../shared/contracts is absent)",
  () => {
    it.each(Object.entries(PROBLEMS))("of %s", (kind, problemsOf) => {
      const path = `${BASES[kind] ?? "?"}/no/such/operation`;
      expect(problemsOf({ method: "GET", path })).not.toEqual([]);
      const request = { method: "GET", path, query: {}, headers: {}, body: undefined };
      expect(() => mustBeDescribed({ kind, requests: [request] })).toThrow("/no/such/operation");
    });
  },
);
