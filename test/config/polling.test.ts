import { describe, expect, it } from "@jest/globals";

import { adapters } from "../../src/forges/index.ts";
import { configOf, problemsOf } from "./loading.ts";

const forge = (more: string, server = "") => `
${server}
forges:
  hub:
    kind: github
    token: t
${more}
`;
const SECRET = "    webhookSecret: s";

describe("how a forge is polled", () => {
  it.each([
    ["", {}],
    ["    polling: false", false],
    ["    polling: { interval: 1s }", { interval: 1_000 }],
    ["    polling: { interval: 24h, requestsPerHour: 10 }", { interval: 86_400_000, requestsPerHour: 10 }],
  ])("is read from %j", (written, polling) => {
    expect(configOf(forge(`${SECRET}\n${written}`)).forges.hub?.polling).toEqual(polling);
  });

  it.each([
    ["polling: true", "polling"],
    ["polling: { interval: 25h }", "polling"],
    ["polling: { interval: 0s }", "polling"],
    ["polling: { requestsPerHour: 9 }", "polling.requestsPerHour"],
    ["polling: { every: 1s }", "polling.every"],
    ["repositories: [hello]", "repositories.0"],
    ["repositories: [octo/*]", "repositories.0"],
  ])("is refused as %j", (written, path) => {
    const problems = problemsOf(forge(`${SECRET}\n    ${written}`)).map((problem) => problem.path);
    expect(problems).toEqual([`forges.hub.${path}`]);
  });

  it("is known by every kind of forge", () => {
    for (const { kind, settings } of adapters) {
      const paths = settings
        .safeParse({ kind, polling: true, repositories: ["x"] })
        .error?.issues.map(({ path }) => path.join("."));
      expect([kind, paths]).toEqual([kind, expect.arrayContaining(["polling", "repositories.0"])]);
    }
  });

  it("names the repositories that the owner lists", () => {
    const config = configOf(forge(`${SECRET}\n    repositories: [octo/hello, group/sub/project]`));
    expect(config.forges.hub?.repositories).toEqual(["octo/hello", "group/sub/project"]);
  });
});

describe("a forge without a webhook secret", () => {
  it("is refused with both ways out", () => {
    expect(problemsOf(forge(""))).toEqual([
      {
        path: "forges.hub.webhookSecret",
        at: expect.stringMatching(/forgehand\.yml:4$/),
        message: expect.stringMatching(/Write the secret.*--poll-only/),
      },
    ]);
  });

  it("is right where no webhook is received", () => {
    const { server, forges } = configOf(forge("", "server: { pollOnly: true }"));
    expect(server.pollOnly).toBe(true);
    expect(forges.hub?.webhookSecret).toEqual([]);
    expect(configOf(forge(""), { overrides: { pollOnly: true } }).server.pollOnly).toBe(true);
  });

  it("of the environment is right there, too", () => {
    const environment = { GITLAB_PERSONAL_ACCESS_TOKEN: "t" };
    const config = configOf(undefined, { environment, adapters, overrides: { pollOnly: true } });
    expect(config.forges.gitlab?.webhookSecret).toEqual([]);
    expect(problemsOf(undefined, { environment, adapters })).toMatchObject([
      { path: "forges.gitlab.webhookSecret", message: expect.stringContaining("comes from the environment") },
    ]);
  });

  it("is refused there where it is not polled either", () => {
    expect(problemsOf(forge("    polling: false", "server: { pollOnly: true }"))).toMatchObject([
      { path: "forges.hub.polling" },
    ]);
  });
});
