import { expect, it } from "@jest/globals";

import { hookAddress } from "../../src/hooks/address.ts";

it.each([
  [{ publicUrl: "https://bot.example.com" }, "https://bot.example.com/webhooks/acme"],
  [{ publicUrl: "https://tools.example.com/forgehand" }, "https://tools.example.com/forgehand/webhooks/acme"],
  [{ smee: "https://smee.io/abc", publicUrl: "https://bot.example.com" }, "https://smee.io/abc"],
  [{}, undefined],
])("where we are reached by %j, webhooks send to %s", (reach, url) => {
  expect(hookAddress("acme", reach)).toBe(url);
});
