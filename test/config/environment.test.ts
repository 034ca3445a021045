import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { NO_COMMAND } from "../../src/config/standard.ts";
import { warningsOf } from "../../src/config/warnings.ts";
import { configOf, folderWith, problemsOf } from "./loading.ts";

const WRITTEN = `
server: { host: 10.0.0.1, port: 1, publicUrl: https://written.example, smee: https://smee.io/written }
log: { level: warn }
`;

describe("an environment variable", () => {
  it.each([
    ["PORT", "3", { server: { port: 3 } }],
    ["HOST", "0.0.0.0", { server: { host: "0.0.0.0" } }],
    ["LOG_LEVEL", "debug", { log: { level: "debug" } }],
  ])("%s wins over the file, since the platform decides it", (name, value, expected) => {
    expect(configOf(WRITTEN, { environment: { [name]: value } })).toMatchObject(expected);
  });

  it.each([
    ["WEBHOOK_SERVER_PORT", "3", { server: { port: 3 } }],
    ["WEBHOOK_SERVER_HOST", "0.0.0.0", { server: { host: "0.0.0.0" } }],
    ["PUBLIC_URL", "https://bot.example/", { server: { publicUrl: "https://bot.example" } }],
    ["WEBHOOK_PROXY_URL", "https://smee.io/x", { server: { smee: "https://smee.io/x" } }],
  ])("%s counts where the file is silent, and only there", (name, value, expected) => {
    const environment = { [name]: value };
    expect(configOf("", { environment })).toMatchObject(expected);
    expect(configOf(WRITTEN, { environment })).not.toMatchObject(expected);
  });

  it("that is empty counts as not set", () => {
    expect(configOf("", { environment: { PORT: "", PUBLIC_URL: "" } }).server).toMatchObject({ port: 8000 });
  });

  it("is named when its value is wrong", () => {
    expect(problemsOf("", { environment: { PORT: "http" } })[0]?.message).toContain("PORT");
  });

  it("DATABASE_URL of another database is not meant for us", () => {
    const cwd = folderWith();
    const database = (url: string) =>
      configOf(undefined, { cwd, environment: { DATABASE_URL: url } }).database;
    expect(database("mysql://fleet/db")).toBe(`sqlite:${join(cwd, "data/forgehand.db")}`);
    expect(database("sqlite:kept.db")).toBe(`sqlite:${join(cwd, "kept.db")}`);
    for (const url of ["postgres://me:pw@fleet/db", "postgresql:///db?host=/run"])
      expect(database(url)).toBe(url);
  });

  describe("names the queue", () => {
    const HOST = { RABBITMQ_HOST: "rabbit" };
    it.each([
      ["by an address", { QUEUE_URL: "amqps://q/v", ...HOST }, "amqps://q/v"],
      ["by the variables of the Python agent", HOST, "amqp://guest:guest@rabbit:5672"],
      [
        "by all of them",
        { ...HOST, RABBITMQ_PORT: "5673", RABBITMQ_USER: "me", RABBITMQ_PASSWORD: "p/w@" },
        "amqp://me:p%2Fw%40@rabbit:5673",
      ],
      [
        "with a port as Kubernetes has it",
        { ...HOST, RABBITMQ_PORT: "tcp://10.0.0.1:5672" },
        "amqp://guest:guest@rabbit:5672",
      ],
      ["unless it is switched off", { ...HOST, USE_RABBITMQ: "False" }, "embedded"],
      ["not by half of it", { RABBITMQ_PASSWORD: "pw", USE_RABBITMQ: "true" }, "embedded"],
    ])("%s", (_how, environment, queue) => {
      expect(configOf("", { environment }).queue).toBe(queue);
      expect(configOf("queue: amqp://file", { environment }).queue).toBe("amqp://file");
    });

    it("and is named itself when it is wrong, without what it says", () => {
      const [problem] = problemsOf("", { environment: { ...HOST, RABBITMQ_PORT: "hunter2" } });
      expect(problem?.path).toBe("queue");
      expect(problem?.message).toContain("RABBITMQ_HOST");
      expect(problem?.message).not.toContain("hunter2");
    });
  });

  it("gives way to the command line", () => {
    const config = configOf(WRITTEN, {
      environment: { PORT: "3", FORGEHAND_DATA_DIR: "/tmp/env" },
      overrides: { port: "4", host: "::1", smee: "https://smee.io/line", dataDir: "/tmp/line" },
    });
    expect(config).toMatchObject({
      server: { port: 4, host: "::1", smee: "https://smee.io/line" },
      dataDir: "/tmp/line",
    });
  });
});

describe("the environment alone", () => {
  const environment = {
    GITHUB_PERSONAL_ACCESS_TOKEN: "t",
    GITHUB_WEBHOOK_SECRET: "s",
    FORGEHAND_RUN: "make it",
  };

  it("is a whole config: a forge named after its kind, and one automation for the label", () => {
    const { forges, automations } = configOf(undefined, { environment });
    expect(forges.github).toMatchObject({ kind: "github", token: "t", webhookSecret: ["s"] });
    expect(automations).toHaveLength(1);
    expect(automations[0]).toMatchObject({
      name: "coding-agent",
      on: { label: "coding agent" },
      run: "make it",
    });
  });

  it("may leave the command out, and is warned", () => {
    const config = configOf(undefined, { environment: { ...environment, FORGEHAND_RUN: undefined } });
    expect(config.automations[0]?.run).toBe(NO_COMMAND);
    expect(warningsOf(config).map(({ path }) => path)).toContain("automations.coding-agent.run");
  });

  it("may be empty, for the set-up page, and is warned", () => {
    const config = configOf(undefined);
    expect(config.forges).toEqual({});
    expect(warningsOf(config).map(({ path }) => path)).toContain("forges");
  });

  it("adds what a file leaves out, and nothing to what it says", () => {
    expect(Object.keys(configOf("server: { port: 1 }", { environment }).forges)).toEqual(["github"]);
    const own = "forges: { hub: { kind: hub, token: t, webhookSecret: [s] } }";
    expect(Object.keys(configOf(own, { environment }).forges)).toEqual(["hub"]);
  });

  it("may point to a file, relative to the working directory", () => {
    const cwd = folderWith({ "hub-secret": "from a file\n" });
    const { forges } = configOf(undefined, { cwd, environment: { HUB_TOKEN: "with ${characters}" } });
    expect(forges.hub).toEqual({ kind: "hub", token: "with ${characters}", webhookSecret: ["from a file"] });
  });

  it("is told that a forge of it is not whole", () => {
    const [problem] = problemsOf(undefined, { environment: { GITHUB_PERSONAL_ACCESS_TOKEN: "t" } });
    expect(problem?.path).toBe("forges.github.webhookSecret");
    expect(problem?.message).toContain("comes from the environment");
  });

  it("is warned when it listens to the world without a name", () => {
    const paths = (more: object) =>
      warningsOf(configOf(undefined, { environment: { ...environment, HOST: "0.0.0.0", ...more } })).map(
        ({ path }) => path,
      );
    expect(paths({})).toContain("server.host");
    expect(paths({ PUBLIC_URL: "https://bot.example" })).not.toContain("server.host");
  });
});
