import { createHmac } from "node:crypto";

import { describe, expect, it } from "@jest/globals";

import { verify } from "../../../src/forges/github/verify.ts";

const SECRET = "It's a Secret to Everybody";
const body = Buffer.from("Hello, World!");
/** Published in GitHub's manual, "Validating webhook deliveries". */
const SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

const stateOf = (signature: string | undefined, secrets: readonly string[] = [SECRET]) =>
  verify({ headers: signature === undefined ? {} : { "x-hub-signature-256": signature }, body }, secrets)
    .state;

describe("the proof of a delivery from GitHub", () => {
  it("accepts the vector that GitHub published", () => {
    expect(stateOf(SIGNATURE)).toBe("proven");
  });

  it("accepts any of several secrets", () => {
    expect(stateOf(SIGNATURE, ["new one", SECRET])).toBe("proven");
    expect(stateOf(SIGNATURE, [SECRET, "new one"])).toBe("proven");
  });

  it("refuses another secret, and no secret at all", () => {
    expect(stateOf(SIGNATURE, ["another"])).toBe("unproven");
    expect(stateOf(SIGNATURE, [])).toBe("unproven");
  });

  it("refuses what was signed with an empty secret, even where an empty secret is configured", () => {
    const empty = `sha256=${createHmac("sha256", "").update(body).digest("hex")}`;
    expect(stateOf(empty, [""])).toBe("unproven");
    expect(stateOf(empty, ["", SECRET])).toBe("unproven");
  });

  it("refuses a body that was changed by one byte", () => {
    const headers = { "x-hub-signature-256": SIGNATURE };
    expect(verify({ headers, body: Buffer.from("Hello, World?") }, [SECRET]).state).toBe("unproven");
  });

  it.each([
    ["none", undefined],
    ["an empty one", ""],
    ["upper-case digits", SIGNATURE.toUpperCase().replace("SHA256", "sha256")],
    ["bare digits", SIGNATURE.slice("sha256=".length)],
    ["one digit too few", SIGNATURE.slice(0, -1)],
    ["one digit too many", `${SIGNATURE}0`],
    ["two of them", `${SIGNATURE}, ${SIGNATURE}`],
    ["a prefix alone", "sha256="],
    ["SHA-1", `sha1=${createHmac("sha1", SECRET).update(body).digest("hex")}`],
    ["a line break after it", `${SIGNATURE}\n`],
  ])("refuses a signature of another form: %s", (_form, signature) => {
    expect(stateOf(signature)).toBe("unproven");
  });

  it("does not look at the old SHA-1 header", () => {
    const headers = { "x-hub-signature": `sha1=${createHmac("sha1", SECRET).update(body).digest("hex")}` };
    expect(verify({ headers, body }, [SECRET]).state).toBe("unproven");
  });

  it("says what to do", () => {
    const sender = verify({ headers: {}, body }, [SECRET]);
    expect(sender).toMatchObject({ reason: expect.stringContaining("give the webhook a secret") as unknown });
  });
});
