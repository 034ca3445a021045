import { expect, it } from "@jest/globals";

import { keyVariable } from "../../src/agents/agents.ts";
import { loadConfig } from "../../src/config/load.ts";
import { adapters } from "../../src/forges/index.ts";
import { folderWith } from "./loading.ts";

/** The Secret of Rancher Fleet, mounted: each key a file. */
const FLEET = {
  github: "of-github",
  gitlab: "of-gitlab\n",
  bitbucket: "of-bitbucket",
  "bitbucket-server": "of-bitbucket-server",
  gogs: "of-gogs",
  "azure-username": "hook",
  "azure-password": "of-azure",
};

const FORGES = `
forges:
  github: { kind: github, token: t }
  own: { kind: github, token: t, webhookSecret: its own }
  gitlab: { kind: gitlab, token: t }
  gitea: { kind: gitea, url: "https://git.example.com", token: t }
  gogs: { kind: gogs, url: "https://gogs.example.com", token: t }
  cloud: { kind: bitbucket-cloud, token: t }
  dc: { kind: bitbucket-data-center, url: "https://bitbucket.example.com", token: t }
  azure: { kind: azure-devops, url: "https://dev.azure.com/acme", token: t }
automations:
  test: { on: { push: true }, run: "true" }
`;

const load = (cwd: string, environment: Record<string, string> = {}) =>
  loadConfig({ cwd, environment, adapters, keyVariable });

it("gives every forge without a secret of its own the one of its kind", () => {
  const cwd = folderWith({ "forgehand.yml": FORGES });
  const loaded = load(cwd, { WEBHOOK_SECRETS_DIR: folderWith(FLEET) });
  if ("problems" in loaded) throw new Error(JSON.stringify(loaded.problems));
  const secrets = Object.entries(loaded.config.forges).map(([name, { webhookSecret }]) => [
    name,
    webhookSecret,
  ]);
  expect(Object.fromEntries(secrets)).toEqual({
    github: ["of-github"],
    own: ["its own"],
    gitlab: ["of-gitlab"],
    gitea: ["of-gogs"],
    gogs: ["of-gogs"],
    cloud: ["of-bitbucket"],
    dc: ["of-bitbucket-server"],
    azure: ["hook:of-azure"],
  });
});

it("serves forges that the environment describes but for their secret", () => {
  const environment = { GITHUB_PERSONAL_ACCESS_TOKEN: "t", WEBHOOK_SECRETS_DIR: folderWith(FLEET) };
  const loaded = load(folderWith(), environment);
  expect(loaded).toMatchObject({ config: { forges: { github: { webhookSecret: ["of-github"] } } } });
});

it("leaves what has no secret there without one, which is a problem of that forge", () => {
  const cwd = folderWith({ "forgehand.yml": `webhookSecretsDir: .\n${FORGES}`, gogs: "of-gogs" });
  const loaded = load(cwd);
  if (!("problems" in loaded)) throw new Error("the config was taken");
  expect(loaded.problems.map(({ path }) => path).toSorted()).toEqual(
    ["azure", "cloud", "dc", "github", "gitlab"].map((name) => `forges.${name}.webhookSecret`),
  );
});

it("says that a folder holds none of the files", () => {
  const empty = folderWith();
  const loaded = load(folderWith({ "forgehand.yml": "forges: {}" }), { WEBHOOK_SECRETS_DIR: empty });
  expect(loaded).toMatchObject({
    problems: [{ path: "webhookSecretsDir", message: expect.stringContaining("azure-password") }],
  });
});
