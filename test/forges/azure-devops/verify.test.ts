import { describe, expect, it } from "@jest/globals";

import { verify } from "../../../src/forges/azure-devops/verify.ts";

const body = Buffer.from("{}");
const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString("base64")}`;
const senderOf = (authorization: string | undefined, ...secrets: string[]) =>
  verify({ headers: authorization === undefined ? {} : { authorization }, body }, secrets);
const stateOf = (...given: Parameters<typeof senderOf>) => senderOf(...given).state;

describe("the password of a service hook", () => {
  it("goes with any user name, and with none", () => {
    expect(stateOf(basic("hook:pass"), "pass")).toBe("proven");
    expect(stateOf(basic(":pass"), "pass")).toBe("proven");
    expect(stateOf(basic("hook:pass"), "new", "pass")).toBe("proven");
  });

  it("goes with one user name alone where the secret has a colon", () => {
    expect(stateOf(basic("hook:pass"), "hook:pass")).toBe("proven");
    expect(stateOf(basic("other:pass"), "hook:pass")).toBe("unproven");
    expect(stateOf(basic("hook:a:b"), "hook:a:b")).toBe("proven");
  });

  it("may hold any sign", () => {
    expect(stateOf(basic("hook:gränzenlos 🔑"), "gränzenlos 🔑")).toBe("proven");
  });

  it("is read whatever the case of the scheme", () => {
    expect(stateOf(basic("hook:pass").replace("Basic", "basic"), "pass")).toBe("proven");
  });

  it.each([
    ["another", basic("hook:other")],
    ["an empty one", basic("hook:")],
    ["its beginning", basic("hook:pas")],
    ["more than it", basic("hook:pass ")],
    ["another case", basic("hook:PASS")],
    ["the user name", basic("pass:hook")],
    ["no pair", basic("pass")],
    ["no base64", "Basic p#ss"],
    ["another scheme", `Bearer ${Buffer.from("hook:pass").toString("base64")}`],
    ["the bare word", "pass"],
    ["nothing", ""],
  ])("is refused when it is %s", (_case, authorization) => {
    expect(stateOf(authorization, "pass")).toBe("unproven");
  });

  it("matches no empty secret", () => {
    expect(stateOf(basic("hook:"), "")).toBe("unproven");
    expect(stateOf(basic(":"), "")).toBe("unproven");
    expect(stateOf(basic("hook:"))).toBe("unproven");
  });

  it("is missing, and the reason says what to do", () => {
    expect(senderOf(undefined, "pass")).toMatchObject({
      state: "unproven",
      reason: expect.stringContaining("give the service hook a basic authentication password") as unknown,
    });
  });

  it("differs, and the reason warns of the probation", () => {
    expect(senderOf(basic("hook:x"), "pass")).toMatchObject({
      reason: expect.stringContaining("on probation") as unknown,
    });
  });
});
