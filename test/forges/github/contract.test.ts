import { createHmac } from "node:crypto";

import type { GitHubSettings } from "../../../src/forges/github/settings.ts";
import { github } from "../../../src/forges/github/index.ts";
import { forgeContract } from "../../contracts/forge.ts";

forgeContract<GitHubSettings>({
  adapter: github,
  sign: ({ headers, body }, secret) => ({
    headers: {
      ...headers,
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    },
    body,
  }),
  settings: (api) => ({
    kind: "github",
    apiUrl: api,
    gitUrl: api,
    token: "ghp_token",
    webhookSecret: ["a secret of the tests"],
  }),
  skip: { stale: "(GitHub signs no time; deliveries are told apart by their id)" },
});
