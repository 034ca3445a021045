import { createHmac, randomBytes } from "node:crypto";

import type { Store } from "../core/store.ts";

/** What stands for a secret where only its equality is of interest. */
export type Digest = (secret: string) => string;

/** The digest of this installation: whoever has the rows but not its key cannot try secrets out. */
export async function createDigest(store: Pick<Store, "secret">): Promise<Digest> {
  const key = await store.secret("webhook-digest-key", () => randomBytes(32).toString("base64url"));
  return (secret) => createHmac("sha256", key).update(secret).digest("hex");
}
