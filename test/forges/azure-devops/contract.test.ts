import { azureDevOps } from "../../../src/forges/azure-devops/index.ts";
import type { AzureDevOpsSettings } from "../../../src/forges/azure-devops/settings.ts";
import { forgeContract } from "../../contracts/forge.ts";

const UNSIGNED = "(a service hook sends a password and signs nothing)";

forgeContract<AzureDevOpsSettings>({
  adapter: azureDevOps,
  sign: ({ headers, body }, secret) => ({
    headers: { ...headers, authorization: `Basic ${Buffer.from(`hook:${secret}`).toString("base64")}` },
    body,
  }),
  settings: (api) => ({
    kind: "azure-devops",
    url: `${api}/acme`,
    apiVersion: "7.1",
    token: "a-token",
    webhookSecret: ["a secret of the tests"],
    workItems: [],
  }),
  skip: { stale: UNSIGNED, tampered: UNSIGNED },
});
