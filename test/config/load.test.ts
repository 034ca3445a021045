import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { withoutSecrets } from "../../src/config/hide.ts";
import { configOf, folderWith, problemsOf } from "./loading.ts";

const FORGE = "forges: { github: { kind: github, token: t, webhookSecret: s } }\n";
const automation = (text: string) => `${FORGE}automations: { test: { ${text} } }\n`;

describe("a config with mistakes", () => {
  it.each([
    ["server: { port: 99999 }", "server.port"],
    ["server: { prot: 1 }", "server.prot"],
    ["server: { publicUrl: ftp://x }", "server.publicUrl"],
    ["server: { publicUrl: 'https://me:pw@x' }", "server.publicUrl"],
    ["server: { graceTimeout: 5 }", "server.graceTimeout"],
    ["server: 5", "server"],
    ["database: postgres://x", "database"],
    ["database: 'postgres://user:p/w@x/db'", "database"],
    ["database: 'postgres:x'", "database"],
    ["database: mysql://x/db", "database"],
    ["database: 'sqlite:'", "database"],
    ["queue: rabbitmq", "queue"],
    ["queue: 'amqp:x'", "queue"],
    ["queue: 'amqp://user:p/w@x'", "queue"],
    ["queue: 'amqp://x:70000'", "queue"],
    ["worker: { run: -1 }", "worker.run"],
    ["log: { level: loud }", "log.level"],
    ["agents: { prices: { m: { input: -1, output: 1 } } }", "agents.prices.m.input"],
    ["agents: { prices: { m: { input: 1 } } }", "agents.prices.m.output"],
    ["agents: { prices: { m: { input: 1, output: 1, cached: 1 } } }", "agents.prices.m.cached"],
    ["repositoryAutomations: true", "repositoryAutomations"],
    ["repositoryAutomations: {}", "repositoryAutomations"],
    ["repositoryAutomations: { repositories: [] }", "repositoryAutomations.repositories"],
    [
      "repositoryAutomations: { repositories: ['**'], secrets: [NOT_THERE] }",
      "repositoryAutomations.secrets.0",
    ],
    [
      `${FORGE}repositoryAutomations: { repositories: ['**'], forges: [gitlab] }`,
      "repositoryAutomations.forges",
    ],
    [
      "repositoryAutomations: { repositories: ['**'] }\nautomations: { config: { on: { push: true }, run: x } }",
      "automations.config",
    ],
    ["forges: 5", "forges"],
    ["forges: { GitHub: { kind: github, token: t, webhookSecret: s } }", "forges.GitHub"],
    ["forges: { a: { kind: nothing } }", "forges.a.kind"],
    ["forges: { a: { token: t } }", "forges.a.kind"],
    ["forges: { a: { kind: github, token: '', webhookSecret: s } }", "forges.a.token"],
    ["forges: { a: { kind: hub, token: t, webhookSecret: [s, ''] } }", "forges.a.webhookSecret.1"],
    ["forges: { a: { kind: github, token: t, webhookSecret: '${NOT_THERE}' } }", "forges.a.webhookSecret"],
    ["forges: { a: { kind: github, token: t, webhookSecret: s, colour: red } }", "forges.a.colour"],
    ["automations: { 'a b': { on: { push: true }, run: x } }", "automations.a b"],
    [automation("on: { push: true }"), "automations.test.run"],
    [automation("on: { push: true }, run: ''"), "automations.test.run"],
    [automation("run: x"), "automations.test.on"],
    [automation("on: { branches: [main] }, run: x"), "automations.test.on"],
    [automation("on: { issue: [updated] }, run: x"), "automations.test.on.issue.0"],
    [automation("on: { pull_request: [pushed] }, run: x"), "automations.test.on.pull_request.0"],
    [automation("on: { command: two words }, run: x"), "automations.test.on.command"],
    [automation("on: { push: true }, run: x, timeout: 45"), "automations.test.timeout"],
    [automation("on: { push: true }, run: x, timeout: 45d"), "automations.test.timeout"],
    [automation("on: { push: true }, run: x, timeout: 25h"), "automations.test.timeout"],
    [automation("on: { push: true }, run: x, allow: none"), "automations.test.allow"],
    [automation("on: { push: true }, run: x, allow: {}"), "automations.test.allow"],
    [automation("on: { push: true }, run: x, allow: { permission: none }"), "automations.test.allow"],
    [automation("on: { push: true }, run: x, forks: yes"), "automations.test.forks"],
    [automation("on: { command: Cancel }, run: x"), "automations.test.on.command"],
    [automation("on: { push: true }, run: x, forges: [gitlab]"), "automations.test.forges.0"],
    [automation("on: { push: true }, run: x, secrets: [NOT_THERE]"), "automations.test.secrets.0"],
    [automation("on: { push: true }, run: x, environment: { A-B: c }"), "automations.test.environment.A-B"],
    ["server: { publicUrl: 'https://${NOT_THERE}' }", "server.publicUrl"],
    ["server: { publicUrl: '${not a name}' }", "server.publicUrl"],
    ["forges: { a: { kind: github, token: '${file:nope}', webhookSecret: s } }", "forges.a.token"],
  ])("says where %j is wrong", (yaml, path) => {
    expect(problemsOf(yaml).map((problem) => problem.path)).toEqual([path]);
  });

  it("takes exactly what a map of `allow` lists, and numbers for ids", () => {
    const allow = "{ users: [alice, 21031067], teams: [octo/core], bots: [49699333] }";
    const { automations } = configOf(
      automation(`on: { push: true }, run: x, forks: approve, allow: ${allow}`),
    );
    expect(automations[0]).toMatchObject({ forks: "approve" });
    expect(automations[0]?.allow).toEqual({
      users: ["alice", "21031067"],
      teams: ["octo/core"],
      bots: ["49699333"],
    });
  });

  it("lists all of them at once", () => {
    const yaml = `
server: { port: x }
forges:
  a: { kind: github, token: "\${TOKEN}", webhookSecret: same }
  b: { kind: github, token: t, webhookSecret: [other, same] }
automations:
  one: { on: { push: true }, run: x, timeout: 1x, secrets: [KEY] }
  two: { on: { push: true }, run: x, forges: [c], secrets: [KEY] }
`;
    expect(problemsOf(yaml).map(({ path }) => path)).toEqual([
      "forges.a.token",
      "server.port",
      "automations.one.timeout",
      "forges.b.webhookSecret",
      "automations.two.forges.0",
      "automations.two.secrets.0",
    ]);
  });

  it("is told its line where it is no YAML, without quoting it", () => {
    const cwd = folderWith({ "forgehand.yml": "server:\n  port: 1\n token: hunter2 [\n" });
    const problems = problemsOf(undefined, { cwd });
    expect(problems[0]?.path).toMatch(/forgehand\.yml:3:\d+$/);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });

  it("is refused when it is no map, and when the file named is not there", () => {
    expect(problemsOf("- a\n- b\n")).toHaveLength(1);
    expect(problemsOf(undefined, { file: "nope.yml" })[0]?.message).toContain("ENOENT");
  });

  it.each([
    ["nothing to do", "on: { push: true }", "run", "Say what to do: `run:`"],
    ["two things to do", "on: { push: true }, agent: codex, run: x", "run", "Write one of `run`, `agent`"],
    ["an agent that nobody knows", "on: { push: true }, agent: hal", "agent", "one of: claude-code"],
    ["a comparison that nobody judges", "on: { push: true }, compare: [codex, gemini]", "check", "Say how"],
    [
      "one that is compared with nobody",
      "on: { push: true }, compare: [codex], check: x",
      "compare",
      "Name the two",
    ],
    [
      "a check of its own command",
      "on: { push: true }, run: x, check: y",
      "check",
      "Only the work of an agent",
    ],
    ["words for a command", "on: { push: true }, run: x, prompt: y", "prompt", "Only an agent is told"],
    [
      "a prompt that is no template",
      'on: { push: true }, agent: codex, prompt: "{{ x"',
      "prompt",
      "no template",
    ],
    ["a key that is not there", "on: { push: true }, agent: codex", "agent", "OPENAI_API_KEY, which holds"],
    [
      "another key that is not there",
      'on: { push: true }, agent: { name: codex, key: "${MINE}" }',
      "agent.key",
      "variable MINE is not set",
    ],
  ])("hears of %s", (_what, written, setting, message) => {
    const problems = problemsOf(automation(written));
    expect(problems.map(({ path }) => path)).toContain(`automations.test.${setting}`);
    expect(problems.map((problem) => problem.message).join(" ")).toContain(message);
  });

  it("reads agents in their order, with the keys of their models, which are never shown", () => {
    const written =
      "on: { push: true }, agent: [codex, { name: opencode, model: anthropic/claude-opus-5-5, base_url: 'https://models.example.com', args: [-x] }]";
    const environment = { OPENAI_API_KEY: "sk-one-hunter2", ANTHROPIC_API_KEY: "sk-two-hunter2" };
    const config = configOf(automation(written), { environment });
    expect(config.automations[0]).toMatchObject({
      run: "",
      publish: true,
      restart: true,
      agents: [
        { name: "codex", key: "sk-one-hunter2", args: [] },
        {
          name: "opencode",
          model: "anthropic/claude-opus-5-5",
          baseUrl: "https://models.example.com",
          key: "sk-two-hunter2",
          args: ["-x"],
        },
      ],
    });
    expect(JSON.stringify(withoutSecrets(config))).not.toContain("hunter2");
  });

  it("hears which kinds of forges there are", () => {
    expect(problemsOf("forges: { a: { kind: svn } }")[0]?.message).toContain("github, hub, hubbub");
  });

  it("is not shown its secrets", () => {
    const yaml =
      "forges: { a: { kind: github, token: hunter2, appId: hunter2, webhookSecret: [hunter2, ''] } }";
    expect(JSON.stringify(problemsOf(yaml))).not.toContain("hunter2");
  });
});

describe("a config", () => {
  it("knows what models cost by their owner's word", () => {
    const { agents } = configOf(`
agents:
  prices:
    gpt-5.5: { input: 5, cached_input: 0.5, cache_write: 6, output: 30 }
    "local/*": { input: 0, output: 0 }
`);
    expect(agents.prices).toEqual({
      "gpt-5.5": { input: 5, cachedInput: 0.5, cacheWrite: 6, output: 30 },
      "local/*": { input: 0, cachedInput: 0, output: 0 },
    });
  });

  it("is empty and still has its defaults", () => {
    expect(configOf("", { cwd: undefined })).toMatchObject({
      server: { host: "127.0.0.1", port: 8000, hosts: [], graceTimeout: 30_000 },
      queue: "embedded",
      worker: { run: 2, match: 4, report: 4 },
      log: { level: "info" },
      forges: {},
    });
  });

  it("gives an automation all that was not written", () => {
    const { automations } = configOf(`${FORGE}automations: { test: { on: { label: go }, run: x } }`);
    expect(automations).toEqual([
      {
        name: "test",
        on: { label: "go" },
        filters: {},
        repositories: { include: [], exclude: [] },
        forges: { include: [], exclude: [] },
        run: "x",
        agents: [],
        compare: [],
        workspace: "clone",
        publish: false,
        allow: { permission: "write", users: [], teams: [], bots: [] },
        forks: "ignore",
        draft: true,
        confidential: false,
        timeout: 1_800_000,
        restart: false,
        concurrency: "newest",
        slots: {},
        tags: [],
        attempts: 1,
        followUp: { comments: true, reviews: true, checks: true, depth: 3 },
        proposal: { draft: false, reviewers: [], labels: [] },
        commits: { signOff: false },
        sandbox: "auto",
        limits: { memory: 4 * 1_024 ** 3, processes: 1_024, disk: 20 * 1_024 ** 3 },
        environment: {},
        secrets: {},
        context: "forgehand/test",
        comment: true,
      },
    ]);
  });

  it("reads what a command in the sandbox may use and reach", () => {
    const yaml = automation(
      'on: { push: true }, run: make, sandbox: required, network: [API.example.com, "*.example.org", package-registries], ' +
        "limits: { memory: 512MiB, processes: false, disk: 1TiB, cpu: 30m }",
    );
    expect(configOf(yaml).automations[0]).toMatchObject({
      sandbox: "required",
      network: ["api.example.com", "*.example.org", "package-registries"],
      limits: { memory: 512 * 1_024 ** 2, disk: 1_024 ** 4, cpu: 1_800 },
    });
  });

  it.each([
    ["network: [127.0.0.1]", "network"],
    ["network: ['[::1]']", "network"],
    ["network: [localhost]", "network"],
    ["network: [db.localhost]", "network"],
    ["network: ['*.com']", "network"],
    ["network: ['https://example.com']", "network"],
    ["limits: { memory: 4GB }", "limits.memory"],
    ["limits: { processes: 0 }", "limits.processes"],
    ["sandbox: maybe", "sandbox"],
  ])("refuses %s", (setting, path) => {
    const problems = problemsOf(automation(`on: { push: true }, run: make, ${setting}`));
    expect(problems.map((problem) => problem.path).join()).toContain(path);
  });

  it("takes groups, slots, attempts and a budget as they are written", () => {
    const yaml = (
      concurrency: string,
      rest = "slots: { repository: 1 }, attempts: 5, budget: { cost: 2.5, per: person }",
    ) =>
      `${FORGE}automations: { test: { on: { push: true }, run: x, concurrency: ${concurrency}, ${rest} } }`;
    expect(configOf(yaml('{ group: "deploy-{{ repository }}" }')).automations[0]).toMatchObject({
      concurrency: { group: "deploy-{{ repository }}", whenBusy: "queue" },
      slots: { repository: 1 },
      attempts: 5,
      budget: { cost: 2.5, per: "person" },
    });
    expect(configOf(yaml("{ group: one, when_busy: cancel }")).automations[0]).toMatchObject({
      concurrency: { group: "one", whenBusy: "cancel" },
    });
  });

  it.each([
    ["a group that is no template", 'concurrency: { group: "{{ repository" }', "concurrency.group"],
    ["a group without a name", "concurrency: { when_busy: queue }", "concurrency.group"],
    ["a word that it does not know", "concurrency: newer", "concurrency"],
    ["no attempt at all", "attempts: 0", "attempts"],
    ["more than five attempts", "attempts: 6", "attempts"],
    ["a budget of nothing that is named", "budget: { per: person }", "budget"],
    ["no slot at all", "slots: { repository: 0 }", "slots.repository"],
  ])("refuses %s", (_said, written, path) => {
    const problems = problemsOf(`${FORGE}automations: { test: { on: { push: true }, run: x, ${written} } }`);
    expect(problems.map((problem) => problem.path)).toEqual([`automations.test.${path}`]);
  });

  it("takes an automation as it is written", () => {
    const yaml = automation(
      "on: { pull_request: [opened, updated], branches: [main] }, run: make, timeout: 2h, " +
        "environment: { CI: true, N: 3 }, secrets: [KEY], status: { context: ci/make }, allow: read",
    );
    expect(configOf(yaml, { environment: { KEY: "k" } }).automations[0]).toMatchObject({
      on: { pullRequest: ["opened", "updated"] },
      filters: { branches: { include: ["main"], exclude: [] } },
      timeout: 7_200_000,
      environment: { CI: "true", N: "3" },
      secrets: { KEY: "k" },
      context: "ci/make",
      allow: { permission: "read", users: [], teams: [], bots: [] },
    });
  });

  it("knows a forge by another word for its kind", () => {
    const { forges } = configOf("forges: { a: { kind: hubbub, token: t, webhookSecret: [s] } }");
    expect(forges).toEqual({ a: { kind: "hub", token: "t", webhookSecret: ["s"] } });
  });

  it("may give forges of different kinds an equal secret", () => {
    const yaml =
      "forges: { a: { kind: github, token: t, webhookSecret: s }, b: { kind: hub, token: t, webhookSecret: [s] } }";
    expect(Object.keys(configOf(yaml).forges)).toEqual(["a", "b"]);
  });

  it("may name a forge while there is none yet, so that the set-up page can make it", () => {
    expect(problemsOf("automations: { a: { on: { push: true }, run: x, forges: [github] } }")).toEqual([]);
  });

  it("has paths relative to the file where the file has them, else to the working directory", () => {
    const folder = folderWith({ "a.yml": "dataDir: ./kept", "b.yml": "database: sqlite:x.db" });
    const cwd = folderWith();
    expect(configOf(undefined, { cwd, file: join(folder, "a.yml") })).toMatchObject({
      dataDir: join(folder, "kept"),
      database: `sqlite:${join(folder, "kept/forgehand.db")}`,
    });
    expect(configOf(undefined, { cwd, file: join(folder, "b.yml") })).toMatchObject({
      dataDir: join(cwd, "data"),
      database: `sqlite:${join(folder, "x.db")}`,
    });
  });

  it("is found under both endings, and where FORGEHAND_CONFIG says", () => {
    const cwd = folderWith({ "forgehand.yaml": "server: { port: 1 }", "other.yml": "server: { port: 2 }" });
    expect(configOf(undefined, { cwd }).server.port).toBe(1);
    expect(configOf(undefined, { cwd, environment: { FORGEHAND_CONFIG: "other.yml" } }).server.port).toBe(2);
  });
});

describe("a config whose secrets are not there", () => {
  const yaml = `
forges:
  a: { kind: github, appId: 1, privateKey: "\${KEY}", webhookSecret: ["\${NEW}", "\${OLD}"] }
automations:
  test: { on: { push: true }, run: x, secrets: [KEY], environment: { K: "\${KEY}" } }
`;

  it("is good enough for those who open no line, with the secrets that are there", () => {
    const config = configOf(yaml, { secrets: "optional", environment: { OLD: "old" } });
    expect(config.forges).toEqual({ a: { kind: "github", webhookSecret: ["old"] } });
    expect(config.automations.map(({ name }) => name)).toEqual(["test"]);
  });

  it("still has its other problems", () => {
    const more = `${yaml}  bad: { on: { push: true }, run: x, timeout: 1 }\n`;
    expect(problemsOf(more, { secrets: "optional" }).map(({ path }) => path)).toEqual([
      "automations.bad.timeout",
    ]);
  });
});
