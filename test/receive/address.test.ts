import { describe, expect, it } from "@jest/globals";

import { withoutBase, withoutTail } from "../../src/receive/address.ts";

describe("an address without the path that we are reached under", () => {
  it.each([
    ["/forgehand/webhooks/acme", "/webhooks/acme"],
    ["/forgehand/", "/"],
    ["/forgehand", "/"],
    ["/forgehand?a=b", "/?a=b"],
    ["/webhooks/acme", "/webhooks/acme"],
    ["/forgehands/1", "/forgehands/1"],
    ["/other/forgehand/x", "/other/forgehand/x"],
  ])("%s is %s", (url, expected) => {
    expect(withoutBase(url, "/forgehand")).toBe(expected);
  });

  it("is the address itself where there is none", () => {
    expect(withoutBase("/forgehand", "")).toBe("/forgehand");
  });
});

describe("the address of a webhook without its tail", () => {
  it.each([
    ["/webhooks/acme/-/pr/feature%2Fx", "/webhooks/acme"],
    ["/webhooks/acme/-/%zz?x=1", "/webhooks/acme"],
    ["/webhooks/acme/deploy", "/webhooks/acme/deploy"],
    ["/runs/1/-/x", "/runs/1/-/x"],
  ])("%s is %s", (url, expected) => {
    expect(withoutTail(url)).toBe(expected);
  });
});
