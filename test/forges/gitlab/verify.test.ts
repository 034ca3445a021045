import { createHmac } from "node:crypto";

import { describe, expect, it } from "@jest/globals";

import { verify } from "../../../src/forges/gitlab/verify.ts";

/** Computed by hand after GitLab's manual, "Webhooks", signing tokens. */
const SIGNING = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const SIGNED = {
  "webhook-id": "msg_1",
  "webhook-timestamp": "1700000000",
  "webhook-signature": "v1,5dhHOZLrZR0RcGQfZDcq/1EQLIHEIYAU3VZ+oWEmwnE=",
};
const OTHER = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const SHORT = `whsec_${Buffer.alloc(8, 7).toString("base64")}`;
const TOKEN = "a secret token";
const NOW = new Date(1_700_000_000_000);

const body = Buffer.from('{"object_kind":"push"}');

const senderOf = (headers: Record<string, string>, secrets: readonly string[], now = NOW) =>
  verify({ headers, body }, secrets, now);
const stateOf = (...given: Parameters<typeof senderOf>) => senderOf(...given).state;

/** The signature of an HMAC with any key, over the known message. */
const signedWith = (key: Buffer | string) => ({
  ...SIGNED,
  "webhook-signature": `v1,${createHmac("sha256", key).update("msg_1.1700000000.").update(body).digest("base64")}`,
});

describe("the secret token of a GitLab", () => {
  const sent = (token: string) => ({ "x-gitlab-token": token });

  it("is accepted, and so is any of several", () => {
    expect(stateOf(sent(TOKEN), [TOKEN])).toBe("proven");
    expect(stateOf(sent(TOKEN), ["new one", TOKEN])).toBe("proven");
    expect(stateOf(sent(TOKEN), [TOKEN, "new one"])).toBe("proven");
  });

  it.each([
    ["another", "another"],
    ["an empty one", ""],
    ["the beginning", TOKEN.slice(0, -1)],
    ["more than it", `${TOKEN} `],
    ["another case", TOKEN.toUpperCase()],
  ])("is refused when it is %s", (_case, token) => {
    expect(stateOf(sent(token), [TOKEN])).toBe("unproven");
  });

  it("matches no empty secret", () => {
    expect(stateOf(sent(""), [""])).toBe("unproven");
    expect(stateOf(sent(""), [])).toBe("unproven");
    expect(stateOf({}, [""])).toBe("unproven");
  });

  it("is missing, and the reason says what to do", () => {
    expect(senderOf({}, [TOKEN])).toMatchObject({
      state: "unproven",
      reason: expect.stringContaining("give the webhook its secret token") as unknown,
    });
  });

  it("counts beside a signature that nothing is configured for", () => {
    expect(stateOf({ ...SIGNED, ...sent(TOKEN) }, [TOKEN])).toBe("proven");
    expect(stateOf(SIGNED, [TOKEN])).toBe("unproven");
  });
});

describe("the signing token of a GitLab", () => {
  it("accepts the known vector", () => {
    expect(stateOf(SIGNED, [SIGNING])).toBe("proven");
  });

  it("accepts any of several tokens, and of several signatures", () => {
    expect(stateOf(SIGNED, [OTHER, SIGNING])).toBe("proven");
    const list = `v1a,abc v1,AAAA ${SIGNED["webhook-signature"]}`;
    expect(stateOf({ ...SIGNED, "webhook-signature": list }, [SIGNING])).toBe("proven");
  });

  it("refuses a body that was changed by one byte", () => {
    const changed = Buffer.from('{"object_kind":"pusH"}');
    expect(verify({ headers: SIGNED, body: changed }, [SIGNING], NOW).state).toBe("unproven");
  });

  it.each([
    ["another token", SIGNED, OTHER],
    ["another id", { ...SIGNED, "webhook-id": "msg_2" }, SIGNING],
    ["another time", { ...SIGNED, "webhook-timestamp": "1700000001" }, SIGNING],
    ["no id", { ...SIGNED, "webhook-id": "" }, SIGNING],
    ["no time", { ...SIGNED, "webhook-timestamp": "" }, SIGNING],
    ["a time that is none", { ...SIGNED, "webhook-timestamp": "1.7e9" }, SIGNING],
    ["a negative time", { ...SIGNED, "webhook-timestamp": "-1700000000" }, SIGNING],
    ["an empty signature", { ...SIGNED, "webhook-signature": "" }, SIGNING],
    ["a version alone", { ...SIGNED, "webhook-signature": "v1," }, SIGNING],
    ["no version", { ...SIGNED, "webhook-signature": SIGNED["webhook-signature"].slice(3) }, SIGNING],
    [
      "a signature cut short",
      { ...SIGNED, "webhook-signature": SIGNED["webhook-signature"].slice(0, 20) },
      SIGNING,
    ],
    ["the text of the token as key", signedWith(SIGNING), SIGNING],
    ["an empty key", signedWith(""), "whsec_"],
    ["a key that is too short", signedWith(Buffer.alloc(8, 7)), SHORT],
  ])("refuses %s", (_case, headers, secret) => {
    expect(stateOf(headers, [secret])).toBe("unproven");
  });

  it.each([
    [300_000, "proven"],
    [300_001, "unproven"],
    [-300_000, "proven"],
    [-300_001, "unproven"],
  ] as const)("with a clock that is %i ms off is %s", (off, state) => {
    expect(stateOf(SIGNED, [SIGNING], new Date(NOW.getTime() + off))).toBe(state);
  });

  it("is never taken for a secret token, not even where it is malformed", () => {
    for (const secret of [SIGNING, SHORT, "whsec_", "whsec_!"]) {
      expect(stateOf({ "x-gitlab-token": secret }, [secret])).toBe("unproven");
    }
  });
});

describe("both tokens of a GitLab", () => {
  const both = [SIGNING, TOKEN];
  const token = (text: string) => ({ "x-gitlab-token": text });

  it("must both fit where both were sent", () => {
    expect(stateOf({ ...SIGNED, ...token(TOKEN) }, both)).toBe("proven");
    expect(stateOf({ ...SIGNED, ...token("another") }, both)).toBe("unproven");
    expect(stateOf({ ...signedWith("x"), ...token(TOKEN) }, both)).toBe("unproven");
  });

  it("prove each alone while a webhook is changed from one to the other", () => {
    expect(stateOf(SIGNED, both)).toBe("proven");
    expect(stateOf(token(TOKEN), both)).toBe("proven");
  });

  it("leave no way around the signature where it alone is configured", () => {
    expect(stateOf({ ...SIGNED, ...token("whatever") }, [SIGNING])).toBe("proven");
    expect(senderOf(token(TOKEN), [SIGNING])).toMatchObject({
      state: "unproven",
      reason: expect.stringContaining("webhook-signature is missing") as unknown,
    });
    expect(stateOf({ "webhook-id": "msg_1", "webhook-timestamp": "1700000000" }, [SIGNING])).toBe("unproven");
  });
});
