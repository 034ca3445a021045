import { describe, expect, it } from "@jest/globals";
import { Client } from "pg";

import {
  isPostgresBusy,
  isPostgresCut,
  NotBegun,
  translatePostgres,
} from "../../../src/record/postgres/errors.ts";
import { freePort } from "../../support/free-port.ts";

const NAME = "forgehand on db:5432";
const coded = (code: string) => Object.assign(new Error("said by the server"), { code });

describe("errors of PostgreSQL", () => {
  it.each(["40001", "40P01", "55P03"])("knows by %s that others write the same", (code) => {
    expect(isPostgresBusy(coded(code))).toBe(true);
    expect(translatePostgres(coded(code), NAME, 30)).toMatchObject({
      code: "STORE_BUSY",
      retryable: true,
      message: expect.stringMatching(/^The database forgehand on db:5432 .* 30 ms/),
    });
  });

  it.each([
    ["28P01", /refuses the password/],
    ["3D000", /does not exist/],
    ["25006", /read-only/],
    ["53200", /more memory/],
    ["42P01", /no tables of Forgehand/],
    ["ENOTFOUND", /host is not known/],
  ])("names the trouble of %s, which no waiting mends", (code, message) => {
    const error = new NotBegun(coded(code));
    expect(isPostgresBusy(error)).toBe(false);
    expect(isPostgresCut(error)).toBe(false);
    expect(translatePostgres(error, NAME)).toMatchObject({
      code: "STORE_UNAVAILABLE",
      retryable: true,
      message: expect.stringMatching(message),
    });
  });

  it("tells a full disk from other troubles, since what runs goes on", () => {
    expect(translatePostgres(coded("53100"), NAME)).toMatchObject({ code: "STORE_FULL", retryable: true });
  });

  it.each(["57P03", "53300", "57P01", "ECONNRESET"])(
    "waits where %s came before anything had begun, and says what it is",
    (code) => {
      expect(isPostgresBusy(new NotBegun(coded(code)))).toBe(true);
      expect(translatePostgres(new NotBegun(coded(code)), NAME)).toMatchObject({ code: "STORE_UNAVAILABLE" });
    },
  );

  it.each(["57P01", "57P02", "08006", "ECONNRESET", "EPIPE"])(
    "repeats nothing by itself that %s ended in the middle",
    (code) => {
      expect(isPostgresBusy(coded(code))).toBe(false);
      expect(isPostgresCut(coded(code))).toBe(true);
      expect(translatePostgres(coded(code), NAME)).toMatchObject({
        code: "STORE_UNAVAILABLE",
        retryable: true,
        message: expect.stringMatching(/ended the connection/),
      });
    },
  );

  it("waits for a server that nobody answers for yet, and says so without the password", async () => {
    const url = `postgres://forgehand:hunter2@127.0.0.1:${await freePort()}/forgehand`;
    const client = new Client({ connectionString: url });
    const error = new NotBegun(await client.connect().catch((error: unknown) => error));
    expect(isPostgresBusy(error)).toBe(true);
    const told = translatePostgres(error, NAME);
    expect(told).toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringMatching(/cannot be reached/),
    });
    expect(String(told)).not.toContain("hunter2");
  });

  it("leaves a defect of ours as it is", () => {
    const error = coded("23502");
    expect(isPostgresBusy(error)).toBe(false);
    expect(isPostgresCut(error)).toBe(false);
    expect(translatePostgres(error, NAME)).toBe(error);
  });
});
