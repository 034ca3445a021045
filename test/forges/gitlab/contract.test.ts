import { createHash, createHmac } from "node:crypto";

import { gitlab } from "../../../src/forges/gitlab/index.ts";
import type { GitLabSettings } from "../../../src/forges/gitlab/settings.ts";
import { forgeContract } from "../../contracts/forge.ts";

/** Signing tokens stand for the contract's secrets: of GitLab's two proofs they are the one that signs body and time. */
const signingToken = (secret: string) => (secret === "" ? "" : `whsec_${keyOf(secret).toString("base64")}`);

const keyOf = (secret: string) => createHash("sha256").update(secret).digest();

forgeContract<GitLabSettings>({
  adapter: {
    ...gitlab,
    verify: (request, secrets, now) => gitlab.verify(request, secrets.map(signingToken), now),
  },
  sign: ({ headers, body }, secret, now) => {
    const id = "9d3c8a60-3f0e-4a55-9c9b-6f2a1f1f5a11";
    const time = String(Math.floor(now.getTime() / 1_000));
    const key = secret === "" ? Buffer.alloc(0) : keyOf(secret);
    const signature = createHmac("sha256", key).update(`${id}.${time}.`).update(body).digest("base64");
    return {
      headers: {
        ...headers,
        "webhook-id": id,
        "webhook-timestamp": time,
        "webhook-signature": `v1,${signature}`,
      },
      body,
    };
  },
  settings: (api) => ({
    kind: "gitlab",
    apiUrl: api,
    gitUrl: api,
    token: "glpat-token",
    webhookSecret: ["a secret of the tests"],
  }),
});
