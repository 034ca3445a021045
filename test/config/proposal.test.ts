import { describe, expect, it } from "@jest/globals";

import { withoutSecrets } from "../../src/config/hide.ts";
import { configOf, problemsOf } from "./loading.ts";

const automation = (settings: string) =>
  `automations:\n  agent:\n    on: { label: x }\n    run: "true"\n    ${settings}\n`;

describe("how changes are proposed", () => {
  it("is the forge's own way where nobody says otherwise", () => {
    expect(configOf(automation("")).automations[0]).toMatchObject({
      proposal: { draft: false, reviewers: [], labels: [] },
      commits: { signOff: false },
    });
  });

  it("is read from the settings", () => {
    const written =
      'pull_request: { draft: true, base: develop, title: "[bot] {{ title }}" }\n    commit: { author: "Bot <bot@example.com>", sign_off: true }';
    expect(configOf(automation(written)).automations[0]).toMatchObject({
      proposal: { draft: true, base: "develop", title: "[bot] {{ title }}" },
      commits: { author: { name: "Bot", email: "bot@example.com" }, signOff: true },
    });
  });

  it.each([
    ['pull_request: { title: "{{ title" }', "pull_request.title", "no template that can be read"],
    ['pull_request: { branch: "{{ title | nofilter }}" }', "pull_request.branch", "nofilter"],
    ["pull_request: { title: \"{% include 'x' %}{% nothing %}\" }", "pull_request.title", "nothing"],
    ["pull_request: { assignees: [x] }", "pull_request.assignees", ""],
    ["commit: { author: bot@example.com }", "commit.author", "Write a name and an address"],
    ["commit: { sign: { format: x509, key: PRIVATE KEY } }", "commit.sign.format", ""],
    ["commit: { sign: { format: ssh, key: not one } }", "commit.sign.key", "Write a private key"],
  ])("is refused as %j", (written, path, message) => {
    const problems = problemsOf(automation(written));
    expect(problems.map((problem) => problem.path)).toEqual([`automations.agent.${path}`]);
    expect(problems[0]?.message).toContain(message);
  });

  it("never shows a key", () => {
    const written = 'commit: { sign: { format: ssh, key: "-- PRIVATE KEY hunter2" } }';
    const config = configOf(automation(written));
    expect(config.automations[0]?.commits.sign?.key).toContain("hunter2");
    expect(JSON.stringify(withoutSecrets(config))).not.toContain("hunter2");
  });
});
