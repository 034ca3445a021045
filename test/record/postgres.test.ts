import { afterAll, beforeAll } from "@jest/globals";

import { silent } from "../../src/core/log.ts";
import { openPostgres } from "../../src/record/postgres.ts";
import { storeContract } from "../contracts/store.ts";
import type { FreshPostgres } from "../support/postgres.ts";
import { freshPostgres, missingPostgres } from "../support/postgres.ts";
import { describeWith } from "../support/services.ts";

describeWith(missingPostgres)("PostgreSQL", () => {
  let database: FreshPostgres;
  beforeAll(async () => {
    database = await freshPostgres();
  });
  afterAll(async () => database[Symbol.asyncDispose]());

  storeContract({
    name: "PostgreSQL",
    open: () =>
      Promise.resolve({
        open: (onAsked) => openPostgres({ url: database.url, log: silent, ...(onAsked && { onAsked }) }),
        [Symbol.asyncDispose]: () => database.empty(),
      }),
  });
});
