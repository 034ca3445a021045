import { createHmac } from "node:crypto";

import { bitbucketDataCenter } from "../../../src/forges/bitbucket-data-center/index.ts";
import type { BitbucketDataCenterSettings } from "../../../src/forges/bitbucket-data-center/settings.ts";
import { forgeContract } from "../../contracts/forge.ts";

forgeContract<BitbucketDataCenterSettings>({
  adapter: bitbucketDataCenter,
  sign: ({ headers, body }, secret) => ({
    headers: {
      ...headers,
      "x-hub-signature": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    },
    body,
  }),
  settings: (api) => ({
    kind: "bitbucket-data-center",
    url: api,
    token: "a-token",
    webhookSecret: ["a secret of the tests"],
  }),
  skip: {
    stale: "(Bitbucket signs no time; deliveries are told apart by their id)",
    labels: "(neither issues nor pull requests have labels there)",
  },
});
