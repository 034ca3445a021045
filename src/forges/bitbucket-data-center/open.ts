import type { ForgeTools, OpenForge } from "../../core/forge.ts";
import { createFetch } from "../shared/http.ts";
import { createJsonApi } from "../shared/json-api.ts";
import { addressesOf } from "./addresses.ts";
import { createClient } from "./client.ts";
import { BitbucketError } from "./errors.ts";
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
  const api = createJsonApi({
    forge: name,
    base: addresses.api,
    headers: {
      authorization: `Bearer ${token}`,
      "user-agent": userAgent,
      accept: "application/json, */*;q=0.5",
      // What writes and has no body could be forged by a page: Bitbucket wants to be told that it is not.
      "x-atlassian-token": "no-check",
    },
    fetch: createFetch({ forge: name, base: addresses.api, log, deadline, limits }),
    refusalOf: (forge, refusal) => new BitbucketError(forge, refusal),
  });
  return Promise.resolve({
    forge: createClient({ name, line: openLine(api), addresses, token }),
    close: () => Promise.resolve(),
  });
}
