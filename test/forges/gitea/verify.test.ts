import { createHmac } from "node:crypto";

import { describe, expect, it } from "@jest/globals";

import { verify } from "../../../src/forges/gitea/verify.ts";

const SECRET = "forge-secret-1";
const body = Buffer.from('{"zen":1}');
/** Computed with OpenSSL over that body. */
const DIGITS = "9b44b0aa5918501b62a4895edce65c9a0516650b58613be7e185b3ba39c854de";
const SHA1 = "40dc84740315eb8df2ffadb6495276fd210558ae";
const OTHER = createHmac("sha256", "another").update(body).digest("hex");

const senderOf = (headers: Record<string, string>, secrets: readonly string[] = [SECRET], over = body) =>
  verify({ headers, body: over }, secrets);
const stateOf = (...given: Parameters<typeof senderOf>) => senderOf(...given).state;

describe("the proof of a delivery from Gitea or Forgejo", () => {
  it.each([
    ["Forgejo's own header", { "x-forgejo-signature": DIGITS }],
    ["Gitea's own header", { "x-gitea-signature": DIGITS }],
    ["the header that GitHub made up", { "x-hub-signature-256": `sha256=${DIGITS}` }],
  ])("accepts the known vector in %s", (_case, headers) => {
    expect(stateOf(headers)).toBe("proven");
    expect(stateOf(headers, ["new one", SECRET])).toBe("proven");
    expect(stateOf(headers, ["another"])).toBe("unproven");
    expect(stateOf(headers, [])).toBe("unproven");
  });

  it.each([
    ["Forgejo's", { "x-forgejo-signature": OTHER, "x-gitea-signature": DIGITS }],
    ["Gitea's", { "x-gitea-signature": OTHER, "x-hub-signature-256": `sha256=${DIGITS}` }],
    ["an empty one of Forgejo's", { "x-forgejo-signature": "", "x-gitea-signature": DIGITS }],
  ])("believes the most particular one: %s", (_case, headers) => {
    expect(stateOf(headers)).toBe("unproven");
  });

  it.each([
    ["those of Gogs alone", { "x-gogs-signature": DIGITS }],
    ["SHA-1 alone", { "x-hub-signature": `sha1=${SHA1}` }],
    ["none", {}],
  ])("refuses %s, and says what is missing", (_case, headers) => {
    expect(senderOf(headers)).toEqual({
      state: "unproven",
      reason: expect.stringContaining("X-Gitea-Signature is missing") as unknown,
    });
  });

  it("refuses the empty headers of a webhook without a secret, and says what to do", () => {
    const headers = { "x-gitea-signature": "", "x-hub-signature": "sha1=", "x-hub-signature-256": "sha256=" };
    expect(senderOf(headers, [SECRET, ""])).toEqual({
      state: "unproven",
      reason: expect.stringContaining("give the webhook the secret") as unknown,
    });
    expect(stateOf({ "x-hub-signature-256": "sha256=" }, [""])).toBe("unproven");
  });

  it("refuses what was signed with an empty secret, even where an empty secret is configured", () => {
    const empty = createHmac("sha256", "").update(body).digest("hex");
    expect(stateOf({ "x-gitea-signature": empty }, [""])).toBe("unproven");
  });

  it("refuses a body that was changed by one byte", () => {
    expect(stateOf({ "x-gitea-signature": DIGITS }, [SECRET], Buffer.from('{"zen":2}'))).toBe("unproven");
  });

  it.each([
    ["upper-case digits", { "x-gitea-signature": DIGITS.toUpperCase() }],
    ["GitHub's form in Gitea's header", { "x-gitea-signature": `sha256=${DIGITS}` }],
    ["bare digits in GitHub's header", { "x-hub-signature-256": DIGITS }],
    ["one digit too few", { "x-gitea-signature": DIGITS.slice(0, -1) }],
    ["one digit too many", { "x-gitea-signature": `${DIGITS}0` }],
    ["two of them", { "x-gitea-signature": `${DIGITS}, ${DIGITS}` }],
    ["a line break after it", { "x-gitea-signature": `${DIGITS}\n` }],
  ])("refuses a signature of another form: %s", (_form, headers) => {
    expect(stateOf(headers)).toBe("unproven");
  });
});

describe("the proof of a form", () => {
  const headers = {
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    "x-gitea-signature": DIGITS,
  };
  const form = (text: string) => senderOf(headers, [SECRET], Buffer.from(text)).state;

  it("is over the decoded field", () => {
    expect(form("payload=%7B%22zen%22%3A1%7D")).toBe("proven");
    expect(form("payload=%7B%22zen%22%3A2%7D")).toBe("unproven");
  });

  it("is not over the raw form", () => {
    const raw = Buffer.from("payload=%7B%22zen%22%3A1%7D");
    const signed = createHmac("sha256", SECRET).update(raw).digest("hex");
    expect(stateOf({ ...headers, "x-gitea-signature": signed }, [SECRET], raw)).toBe("unproven");
  });

  it.each(["other=1", "payload=%ff", "payload=%zz", ""])(
    "is none where the field cannot be read: %j",
    (text) => {
      expect(form(text)).toBe("unproven");
    },
  );
});
