import { createHmac } from "node:crypto";

import { describe, expect, it } from "@jest/globals";

import { isPing } from "../../../src/forges/bitbucket-data-center/ping.ts";
import { verify } from "../../../src/forges/bitbucket-data-center/verify.ts";

const SECRET = "forge-secret-1";
const body = Buffer.from('{"zen":1}');
/** Computed apart from this program. */
const SIGNATURE = "sha256=9b44b0aa5918501b62a4895edce65c9a0516650b58613be7e185b3ba39c854de";

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
const senderOf = (headers: Record<string, string>, secrets: readonly string[]) =>
  verify({ headers, body }, secrets);
const stateOf = (...given: Parameters<typeof senderOf>) => senderOf(...given).state;

describe("the signature of a Bitbucket", () => {
  const signed = (signature: string) => ({ "x-hub-signature": signature });

  it("is accepted by the known vectors", () => {
    expect(stateOf(signed(SIGNATURE), [SECRET])).toBe("proven");
    // Published in Atlassian's manual.
    const published = {
      headers: signed("sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"),
      body: Buffer.from("Hello World!"),
    };
    expect(verify(published, ["It's a Secret to Everybody"]).state).toBe("proven");
  });

  it("is accepted with any of several secrets", () => {
    expect(stateOf(signed(SIGNATURE), ["new one", SECRET])).toBe("proven");
    expect(stateOf(signed(SIGNATURE), ["user:password", SECRET])).toBe("proven");
  });

  it.each([
    ["an empty one", ""],
    ["shorter than its prefix", "sha"],
    ["a prefix alone", "sha256="],
    ["bare digits", SIGNATURE.slice("sha256=".length)],
    ["upper-case digits", SIGNATURE.toUpperCase().replace("SHA256", "sha256")],
    ["one digit too few", SIGNATURE.slice(0, -1)],
    ["two of them", `${SIGNATURE}, ${SIGNATURE}`],
    ["SHA-1", `sha1=${createHmac("sha1", SECRET).update(body).digest("hex")}`],
    ["one of an empty secret", `sha256=${createHmac("sha256", "").update(body).digest("hex")}`],
  ])("is refused when it is %s", (_form, signature) => {
    expect(stateOf(signed(signature), [SECRET, ""])).toBe("unproven");
  });

  it("is refused over another body", () => {
    expect(verify({ headers: signed(SIGNATURE), body: Buffer.from('{"zen":2}') }, [SECRET]).state).toBe(
      "unproven",
    );
  });

  it("is missing, and the reason says what to do", () => {
    expect(senderOf({}, [SECRET])).toMatchObject({
      reason: "The header X-Hub-Signature is missing: give the webhook a secret on Bitbucket.",
    });
  });
});

describe("the basic authentication of a Bitbucket", () => {
  const BASIC = "hook:p:ä word";

  it.each([basic(BASIC), basic(BASIC).replace("Basic", "basic"), basic(BASIC).replace(" ", "  ")])(
    "is accepted as %j",
    (authorization) => {
      expect(stateOf({ authorization }, [BASIC])).toBe("proven");
      expect(stateOf({ authorization }, [SECRET, "hook:old", BASIC])).toBe("proven");
    },
  );

  it.each([
    ["none", {}],
    ["an empty header", { authorization: "" }],
    ["another password", { authorization: basic("hook:other") }],
    ["another user", { authorization: basic("x:p:ä word") }],
    ["a user alone", { authorization: basic("hook") }],
    ["the text as it is", { authorization: `Basic ${BASIC}` }],
    ["another scheme", { authorization: basic(BASIC).replace("Basic", "Bearer") }],
  ])("is refused with %s", (_case, headers) => {
    expect(stateOf({ ...headers }, [BASIC])).toBe("unproven");
  });

  it("is never taken for a secret that signs, nor the other way round", () => {
    const signature = `sha256=${createHmac("sha256", BASIC).update(body).digest("hex")}`;
    expect(stateOf({ "x-hub-signature": signature }, [BASIC])).toBe("unproven");
    expect(stateOf({ authorization: basic(SECRET) }, [SECRET])).toBe("unproven");
  });

  it("does not make up for a signature that does not fit", () => {
    const headers = { authorization: basic(BASIC), "x-hub-signature": SIGNATURE };
    expect(stateOf(headers, [BASIC, SECRET])).toBe("proven");
    expect(stateOf(headers, [BASIC, "another"])).toBe("unproven");
  });

  it("is enough where nobody configured a secret that signs, whatever signature comes with it", () => {
    expect(stateOf({ authorization: basic(BASIC), "x-hub-signature": SIGNATURE }, [BASIC])).toBe("proven");
  });
});

describe("a test of the connection", () => {
  const ping = (headers: Record<string, string>, text = '{"test": true}') =>
    isPing({ headers, body: Buffer.from(text) });
  const named = { "x-event-key": "diagnostics:ping" };

  it.each(['{"test": true}', '{\n\t"test": true\n}', "{}", "", "no JSON", "x".repeat(1_000)])(
    "is told by its event, whatever its body is: %j",
    (text) => {
      expect(ping(named, text)).toBe(true);
      expect(ping({ ...named, "x-hub-signature": "sha256=0" }, text)).toBe(true);
    },
  );

  it.each([
    ['{"test": true}', true],
    [" { } ", true],
    ['{"test": false}', false],
    ['{"test": true, "eventKey": "pr:opened"}', false],
    ["", false],
    [`{${" ".repeat(100)}}`, false],
  ])("is told by its body where no event is named: %j", (text, is) => {
    expect(ping({}, text)).toBe(is);
    expect(ping({ "x-hub-signature": "sha256=0" }, text)).toBe(false);
    expect(ping({ authorization: "Basic eA==" }, text)).toBe(false);
  });

  it("is none of the other events", () => {
    expect(ping({ "x-event-key": "pr:opened" })).toBe(false);
    expect(ping({ "x-event-key": "" })).toBe(false);
  });
});
