import { expect, it } from "@jest/globals";

import { describePolling } from "../../src/cli/polling.ts";
import type { Config } from "../../src/config/schema.ts";
import type { ForgeSettings } from "../../src/core/forge.ts";
import { automation } from "../support/samples.ts";

const SLOW = ", and those whose webhooks arrive every hour";
const names = (count: number) => Array.from({ length: count }, (_, index) => `octo/r${index}`);
const installed = (count: number) => new Map([["there", names(count)]]);
const NOT_TOLD: ReadonlyMap<string, readonly string[]> = new Map();

it.each<[Partial<ForgeSettings>, Partial<Config["server"]>, ReadonlyMap<string, readonly string[]>, string]>([
  [{ polling: false }, {}, installed(3), "webhooks only"],
  [{ repositories: names(3) }, {}, NOT_TOLD, `polls 3 repositories every 15 s${SLOW}`],
  [{ repositories: names(1) }, { pollOnly: true }, NOT_TOLD, "polls 1 repository every 15 s"],
  [{ polling: { interval: 300_000 } }, {}, installed(2), "polls 2 repositories every 5 min"],
  [{}, {}, installed(200), `polls 200 repositories every 11 min${SLOW}`],
  [{ polling: { requestsPerHour: 200 } }, {}, installed(200), "polls 200 repositories every 2 hours"],
  [{}, {}, NOT_TOLD, `polls the repositories that webhooks tell of every 15 s while they are few${SLOW}`],
  [
    {},
    { pollOnly: true },
    NOT_TOLD,
    "polls the repositories where its App is installed, else none: write them into forges.there.repositories",
  ],
])("a forge with %j and a server with %j is described", (settings, server, where, sentence) => {
  const forges = { there: { kind: "some", webhookSecret: ["s"], ...settings } };
  const config = { forges, automations: [automation()], server: server as Config["server"] };
  const adapters = [{ kind: "some", lacks: [], pollBudget: 2_500 }];
  expect(describePolling(config, adapters, where)).toEqual([`there: ${sentence}`]);
});
