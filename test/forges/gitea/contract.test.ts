import { createHmac } from "node:crypto";

import { gitea } from "../../../src/forges/gitea/index.ts";
import type { GiteaSettings } from "../../../src/forges/gitea/settings.ts";
import { forgeContract } from "../../contracts/forge.ts";

forgeContract<GiteaSettings>({
  adapter: gitea,
  sign: ({ headers, body }, secret) => {
    const digits = createHmac("sha256", secret).update(body).digest("hex");
    return {
      headers: { ...headers, "x-gitea-signature": digits, "x-hub-signature-256": `sha256=${digits}` },
      body,
    };
  },
  settings: (api) => ({
    kind: "gitea",
    url: api,
    token: "a-token",
    webhookSecret: ["a secret of the tests"],
  }),
  skip: {
    stale: "(Gitea signs no time; deliveries are told apart by their id)",
    labels: "(Gitea names no label; who set which is asked for, see normalise.test.ts)",
  },
});
