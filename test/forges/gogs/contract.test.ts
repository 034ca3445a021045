import { createHmac } from "node:crypto";

import { gogs } from "../../../src/forges/gogs/index.ts";
import type { GogsSettings } from "../../../src/forges/gogs/settings.ts";
import { forgeContract } from "../../contracts/forge.ts";

forgeContract<GogsSettings>({
  adapter: gogs,
  sign: ({ headers, body }, secret) => ({
    headers: { ...headers, "x-gogs-signature": createHmac("sha256", secret).update(body).digest("hex") },
    body,
  }),
  settings: (api) => ({
    kind: "gogs",
    url: api,
    token: "a-token-of-the-tests",
    webhookSecret: ["a secret of the tests"],
  }),
  skip: { stale: "(Gogs signs no time; deliveries are told apart by their id)" },
});
