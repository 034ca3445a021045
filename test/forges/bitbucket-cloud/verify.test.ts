import { createHmac } from "node:crypto";

import { describe, expect, it } from "@jest/globals";

import { verify } from "../../../src/forges/bitbucket-cloud/verify.ts";

const SECRET = "It's a Secret to Everybody";
const body = Buffer.from("Hello World!");
/** Published in Bitbucket's manual, "Manage webhooks". */
const SIGNATURE = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9";

const stateOf = (signature: string | undefined, secrets: readonly string[] = [SECRET]) =>
  verify({ headers: signature === undefined ? {} : { "x-hub-signature": signature }, body }, secrets).state;

describe("the proof of a delivery from Bitbucket Cloud", () => {
  it("accepts the vector that Bitbucket published", () => {
    expect(stateOf(SIGNATURE)).toBe("proven");
  });

  it.each([
    ['{"zen":1}', "sha256=9b44b0aa5918501b62a4895edce65c9a0516650b58613be7e185b3ba39c854de"],
    ['{"title":"Grüße"}', "sha256=5aa1ea1f2c6f6b5e45f7a3454f2c3358941a72fccb2ebe88d5c40b0b37d69a3d"],
  ])("signs the bytes of %s", (text, signature) => {
    const request = { headers: { "x-hub-signature": signature }, body: Buffer.from(text) };
    expect(verify(request, ["forge-secret-1"]).state).toBe("proven");
  });

  it("accepts any of several secrets, and none of the others", () => {
    expect(stateOf(SIGNATURE, ["new one", SECRET])).toBe("proven");
    expect(stateOf(SIGNATURE, ["another"])).toBe("unproven");
    expect(stateOf(SIGNATURE, [])).toBe("unproven");
  });

  it("refuses what was signed with an empty secret, even where an empty secret is configured", () => {
    const empty = `sha256=${createHmac("sha256", "").update(body).digest("hex")}`;
    expect(stateOf(empty, ["", SECRET])).toBe("unproven");
  });

  it.each([
    ["none", undefined],
    ["an empty one", ""],
    ["upper-case digits", SIGNATURE.toUpperCase().replace("SHA256", "sha256")],
    ["bare digits", SIGNATURE.slice("sha256=".length)],
    ["one digit too few", SIGNATURE.slice(0, -1)],
    ["two of them", `${SIGNATURE}, ${SIGNATURE}`],
    ["SHA-1", `sha1=${createHmac("sha1", SECRET).update(body).digest("hex")}`],
    ["a line break after it", `${SIGNATURE}\n`],
  ])("refuses a signature of another form: %s", (_form, signature) => {
    expect(stateOf(signature)).toBe("unproven");
  });

  it("takes neither the webhook's UUID nor GitHub's header for a proof", () => {
    const headers = { "x-hook-uuid": SECRET, "x-hub-signature-256": SIGNATURE };
    expect(verify({ headers, body }, [SECRET])).toMatchObject({
      state: "unproven",
      reason: expect.stringContaining("give the webhook a secret on Bitbucket") as unknown,
    });
  });
});
