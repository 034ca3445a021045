import type { ForgeTools, OpenForge } from "../../core/forge.ts";
import { createFetch } from "../shared/http.ts";
import { addressesOf } from "./addresses.ts";
import { createClient } from "./client.ts";
import { openLine } from "./line.ts";
import type { BitbucketDataCenterSettings } from "./settings.ts";

/** Open one Bitbucket: the calls that go out to it. Its deliveries have no door of their own. */
export function open(
  name: string,
  settings: BitbucketDataCenterSettings,
  tools: ForgeTools,
): Promise<OpenForge> {
  const { token, limits } = settings;
  const addresses = addressesOf(settings);
  const { log, deadline, userAgent } = tools;
  const fetch = createFetch({ forge: name, base: addresses.rest, log, deadline, limits });
  const line = openLine({ forge: name, base: addresses.rest, token, userAgent, fetch });
  return Promise.resolve({
    forge: createClient({ name, line, addresses, token }),
    close: () => Promise.resolve(),
  });
}
