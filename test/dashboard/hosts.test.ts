import { describe, expect, it } from "@jest/globals";

import { hostCheck } from "../../src/dashboard/hosts.ts";

describe("the Host header", () => {
  const isOurs = hostCheck("https://Bot.example.com/forgehand", ["bot.lan:8000"]);

  it.each([
    "localhost",
    "localhost:8000",
    "127.0.0.1:1",
    "[::1]:8000",
    "bot.example.com",
    "BOT.example.com:443",
    "bot.lan",
  ])("%s names us", (host) => {
    expect(isOurs(host)).toBe(true);
  });

  it.each([
    "",
    "evil.com",
    "localhost.evil.com",
    "bot.example.com.evil.com",
    "127.0.0.1.nip.io",
    "::1",
    "192.168.0.1",
  ])("%s does not", (host) => {
    expect(isOurs(host)).toBe(false);
  });
});
