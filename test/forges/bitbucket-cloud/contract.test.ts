import { createHmac } from "node:crypto";

import { bitbucketCloud } from "../../../src/forges/bitbucket-cloud/index.ts";
import type { BitbucketCloudSettings } from "../../../src/forges/bitbucket-cloud/settings.ts";
import { forgeContract } from "../../contracts/forge.ts";

forgeContract<BitbucketCloudSettings>({
  adapter: bitbucketCloud,
  sign: ({ headers, body }, secret) => ({
    headers: {
      ...headers,
      "x-hub-signature": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    },
    body,
  }),
  settings: (api) => ({
    kind: "bitbucket-cloud",
    apiUrl: api,
    gitUrl: api,
    email: "bot@example.com",
    token: "ATATT-token",
    webhookSecret: ["a secret of the tests"],
  }),
  skip: {
    stale: "(Bitbucket signs no time; deliveries are told apart by their id)",
    labels: "(Bitbucket has no labels)",
  },
});
