import { createHmac } from "node:crypto";

import { describe, expect, it } from "@jest/globals";

import { verify } from "../../../src/forges/gogs/verify.ts";

/** Computed with another program: `printf '{"zen":1}' | openssl dgst -sha256 -hmac forge-secret-1`. */
const SECRET = "forge-secret-1";
const SIGNATURE = "9b44b0aa5918501b62a4895edce65c9a0516650b58613be7e185b3ba39c854de";

const body = Buffer.from('{"zen":1}');
const FORM = "application/x-www-form-urlencoded";

const senderOf = (headers: Record<string, string>, secrets: readonly string[] = [SECRET], over = body) =>
  verify({ headers, body: over }, secrets);
const stateOf = (signature: string, secrets?: readonly string[]) =>
  senderOf({ "x-gogs-signature": signature }, secrets).state;

describe("the proof of a delivery from Gogs", () => {
  it("accepts the known vector, by any of several secrets", () => {
    expect(stateOf(SIGNATURE)).toBe("proven");
    expect(stateOf(SIGNATURE, ["new one", SECRET])).toBe("proven");
    expect(stateOf(SIGNATURE, [SECRET, "new one"])).toBe("proven");
  });

  it("refuses another secret, and no secret at all", () => {
    expect(stateOf(SIGNATURE, ["another"])).toBe("unproven");
    expect(stateOf(SIGNATURE, [])).toBe("unproven");
  });

  it("refuses what was signed with an empty secret, even where an empty secret is configured", () => {
    const empty = createHmac("sha256", "").update(body).digest("hex");
    expect(stateOf(empty, [""])).toBe("unproven");
    expect(stateOf("", [""])).toBe("unproven");
  });

  it("refuses a body that was changed by one byte", () => {
    const changed = Buffer.from('{"zen":2}');
    expect(senderOf({ "x-gogs-signature": SIGNATURE }, [SECRET], changed).state).toBe("unproven");
  });

  it.each([
    ["upper-case digits", SIGNATURE.toUpperCase()],
    ["a prefix", `sha256=${SIGNATURE}`],
    ["one digit too few", SIGNATURE.slice(1)],
    ["one digit too many", `${SIGNATURE}0`],
    ["two of them", `${SIGNATURE}, ${SIGNATURE}`],
    ["a line break after it", `${SIGNATURE}\n`],
    ["SHA-1", createHmac("sha1", SECRET).update(body).digest("hex")],
  ])("refuses a signature of another form: %s", (_form, signature) => {
    expect(stateOf(signature)).toBe("unproven");
  });

  it("is over the JSON in a form, not over the form", () => {
    const form = Buffer.from(`payload=${encodeURIComponent(body.toString())}`);
    const headers = { "content-type": FORM, "x-gogs-signature": SIGNATURE };
    expect(senderOf(headers, [SECRET], form).state).toBe("proven");
    const overForm = createHmac("sha256", SECRET).update(form).digest("hex");
    expect(senderOf({ ...headers, "x-gogs-signature": overForm }, [SECRET], form).state).toBe("unproven");
  });

  it.each([
    ["no signature", {}, body, "X-Gogs-Signature is missing"],
    ["an empty signature", { "x-gogs-signature": "" }, body, "give the webhook the secret"],
    ["another secret", { "x-gogs-signature": "0".repeat(64) }, body, "does not fit the body"],
    [
      "a form without a payload",
      { "content-type": FORM, "x-gogs-signature": SIGNATURE },
      Buffer.from("a=b"),
      'no readable field "payload"',
    ],
    [
      "a form that is not UTF-8",
      { "content-type": FORM, "x-gogs-signature": SIGNATURE },
      Buffer.from("payload=%ff"),
      'no readable field "payload"',
    ],
  ])("says what is wrong with %s", (_case, headers: Record<string, string>, over, reason) => {
    const expected = { state: "unproven", reason: expect.stringContaining(reason) as unknown };
    expect(senderOf(headers, [SECRET], over)).toMatchObject(expected);
  });
});
