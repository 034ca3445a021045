import { describe, expect, it } from "@jest/globals";

import { configOf, problemsOf } from "./loading.ts";

const automation = (on: string, rest = "") =>
  `forges: { github: { kind: github, token: t, webhookSecret: s } }\nautomations:\n  one: { on: ${on}, run: x${rest} }\n`;

const on = (written: string) => configOf(automation(written)).automations[0];

describe("triggers and filters in the config", () => {
  it("are taken as they are written", () => {
    const one = on(
      "{ label_removed: wip, mention: true, assigned: true, review: [approved], check: [failure], " +
        "branches: [main], paths: { exclude: ['**/*.md'] }, authors: { include: [alice], exclude: ['*[bot]'] }, " +
        "labels: [bug], title: ['fix*'], draft: false, fork: false }",
    );
    expect(one?.on).toEqual({
      labelRemoved: "wip",
      mention: true,
      assigned: true,
      review: ["approved"],
      check: ["failure"],
    });
    expect(one?.filters).toEqual({
      branches: { include: ["main"], exclude: [] },
      paths: { include: [], exclude: ["**/*.md"] },
      authors: { include: ["alice"], exclude: ["*[bot]"] },
      labels: { include: ["bug"], exclude: [] },
      title: { include: ["fix*"], exclude: [] },
      draft: false,
      fork: false,
    });
  });

  it.each<[string, object[]]>([
    ['"0 6 * * 1-5"', [{ cron: "0 6 * * 1-5", timezone: "UTC" }]],
    ['{ cron: "@daily", timezone: Europe/Berlin }', [{ cron: "@daily", timezone: "Europe/Berlin" }]],
    [
      '["0 6 * * *", { cron: "0 18 * * *" }]',
      [
        { cron: "0 6 * * *", timezone: "UTC" },
        { cron: "0 18 * * *", timezone: "UTC" },
      ],
    ],
  ])("know the times of %s", (written, schedule) => {
    expect(on(`{ schedule: ${written} }`)?.on).toEqual({ schedule });
  });

  it("have a condition that can be asked, and is shown as it was written", () => {
    const condition = on("{ push: true, if: 'branch == \"main\"' }")?.filters.condition;
    expect(condition?.text).toBe('branch == "main"');
    expect(JSON.stringify(condition)).toBe(JSON.stringify({ text: 'branch == "main"' }));
  });

  it.each<[string, string, RegExp]>([
    ["{ branches: [main] }", "on", /label, label_removed, issue.*branch_prefix/],
    ["{ mention: false }", "on", /Say on what it acts/],
    ['{ schedule: "0 6 * *" }', "on.schedule", /five/],
    ['{ schedule: "61 * * * *" }', "on.schedule", /minute/],
    ['{ schedule: "0 0 31 2 *" }', "on.schedule", /never comes/],
    ['{ schedule: "* * * * * *" }', "on.schedule", /5 parts/],
    ['{ schedule: { cron: "@daily", timezone: Mars/Base } }', "on.schedule.timezone", /no such time zone/],
    ['{ schedule: ["@daily", "x"] }', "on.schedule.1", /five/],
    ["{ push: true, branches: [refs/heads/main] }", "on.branches.0", /refs\/heads/],
    ["{ push: true, branches: { exclude: ['{a'] } }", "on.branches.exclude.0", /brace/],
    ["{ push: true, paths: ['!docs/**'] }", "on.paths.0", /exclude/],
    ["{ push: true, paths: [docs/] }", "on.paths.0", /folder/],
    ["{ push: true, paths: docs }", "on.paths", /list/],
    ["{ push: true, paths: { includes: [a] } }", "on.paths.includes", /misspelt/],
    ["{ push: true, if: 'titel == 1' }", "on.if", /titel/],
    ["{ check: [failed] }", "on.check.0", /failure/],
    ["{ issue: [updated] }", "on.issue.0", /unassigned/],
  ])("are refused where they are wrong: %s", (written, path, said) => {
    expect(problemsOf(automation(written))).toEqual([
      {
        path: `automations.one.${path}`,
        at: expect.stringMatching(/\/forgehand\.yml:3$/),
        message: expect.stringMatching(said),
      },
    ]);
  });

  it("name every mistake at once, each with its line", () => {
    const yaml = `forges: { github: { kind: github, token: t, webhookSecret: s } }
automations:
  nightly:
    on:
      schedule:
        - "0 6 * *"
        - cron: "@daily"
          timezone: Nowhere
    run: x
  docs:
    on:
      push: true
      branches:
        exclude:
          - ok
          - "[broken"
      if: |
        title.matches("a")
    forges: { exclude: [gitlab] }
    run: x
  bare:
    on: { push: true }
`;
    expect(problemsOf(yaml).map(({ path, at }) => `${path} ${at?.replace(/^.*yml:/, "") ?? ""}`)).toEqual([
      "automations.nightly.on.schedule.0 6",
      "automations.nightly.on.schedule.1.timezone 8",
      "automations.docs.on.branches.exclude.1 16",
      "automations.docs.on.if 17",
      "automations.bare.run 21",
    ]);
  });

  it("name a forge that nobody configured where it is written", () => {
    const paths = (forges: string) =>
      problemsOf(automation("{ push: true }", `, forges: ${forges}`)).map(({ path }) => path);
    expect(paths("[github, acme]")).toEqual(["automations.one.forges.1"]);
    expect(paths("{ include: [acme], exclude: [other] }")).toEqual([
      "automations.one.forges.include.0",
      "automations.one.forges.exclude.0",
    ]);
  });

  it("tell no line of what the environment says", () => {
    const [problem] = problemsOf("server: { port: 1 }\n", { environment: { PORT: "http" } });
    expect(problem).toMatchObject({ path: "server.port" });
    expect(problem?.at).toBeUndefined();
  });
});
