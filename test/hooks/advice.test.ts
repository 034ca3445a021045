import { expect, it } from "@jest/globals";

import { adviceOn } from "../../src/hooks/advice.ts";

it.each([
  ["https://bot.example.com/webhooks/acme", false],
  ["http://127.0.0.1:8000/webhooks/acme", true],
  ["http://localhost:8000/webhooks/acme", true],
  ["https://192.168.1.20/webhooks/acme", true],
  ["https://172.20.0.3/webhooks/acme", true],
  ["https://172.99.0.3/webhooks/acme", false],
  ["https://forgehand/webhooks/acme", true],
  ["https://bot.corp.internal/webhooks/acme", true],
  ["https://[::1]/webhooks/acme", true],
])("of %s it is said whether a forge outside can reach it: %s", (url, near) => {
  expect(adviceOn(url, []).some((one) => one.includes("in this network only"))).toBe(near);
});

it("what the forge's administrator must see to comes last", () => {
  const advice = adviceOn("http://bot.example.com/webhooks/acme", ["Allow the host."]);
  expect(advice.at(-1)).toBe("Allow the host.");
  expect(advice.join(" ")).toMatch(/plain http/);
  expect(adviceOn("https://smee.io/abc", []).join(" ")).toMatch(/connected to this channel/);
});
