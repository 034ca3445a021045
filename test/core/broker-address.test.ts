import { describe, expect, it } from "@jest/globals";

import { readBrokerAddress } from "../../src/core/broker-address.ts";

const GUEST = { tls: false, username: "guest", password: "guest", vhost: "/" };
const at = (hostname: string, port: number) => ({ hostname, port });

describe("the address of a broker", () => {
  it.each([
    ["amqp://rabbit", { ...GUEST, hosts: [at("rabbit", 5672)] }],
    ["amqp://rabbit:1/", { ...GUEST, hosts: [at("rabbit", 1)] }],
    ["amqps://rabbit/bot", { ...GUEST, tls: true, vhost: "bot", hosts: [at("rabbit", 5671)] }],
    [
      "amqp://me:p%2Fw%40@a:1,b/%2Fbot",
      { ...GUEST, username: "me", password: "p/w@", vhost: "/bot", hosts: [at("a", 1), at("b", 5672)] },
    ],
    ["amqp://[::1]:7", { ...GUEST, hosts: [at("::1", 7)] }],
    ["amqp://a?heartbeat=30&channel_max=9", { ...GUEST, heartbeat: 30, hosts: [at("a", 5672)] }],
    ["amqp://a?heartbeat=often", { ...GUEST, hosts: [at("a", 5672)] }],
  ])("%s", (text, read) => {
    expect(readBrokerAddress(text)).toEqual(read);
  });

  it.each([
    "",
    "embedded",
    "amqp:rabbit",
    "amqp://",
    "amqp://me:pw@",
    "amqp://a,,b",
    "amqp://a:0",
    "amqp://a:65536",
    "amqp://a:port",
    "amqp://me:p@w@a",
    "amqp://me:p/w@a",
    "amqp://me:%zz@a",
    "amqp://a/b/c",
    "amqp://a b",
    "http://a",
  ])("is not %j", (text) => {
    expect(readBrokerAddress(text)).toBeUndefined();
  });
});
