import type { ForgeTools, OpenForge } from "../../core/forge.ts";
import { createFetch } from "../shared/http.ts";
import { createJsonApi } from "../shared/json-api.ts";
import { addressesOf } from "./addresses.ts";
import { createClient } from "./client.ts";
import { credentialsOf } from "./credentials.ts";
import { refusalOf } from "./errors.ts";
import { openLine } from "./line.ts";
import type { BitbucketCloudSettings } from "./settings.ts";

/** Open Bitbucket Cloud: the calls that go out to it. Its deliveries have no door of their own. */
export function open(name: string, settings: BitbucketCloudSettings, tools: ForgeTools): Promise<OpenForge> {
  const { log, deadline, userAgent } = tools;
  const addresses = addressesOf(settings);
  const { authorization, git } = credentialsOf(settings);
  const api = createJsonApi({
    forge: name,
    base: addresses.api,
    fetch: createFetch({ forge: name, base: addresses.api, log, deadline, limits: settings.limits }),
    headers: { authorization, "user-agent": userAgent },
    refusalOf,
  });
  const hasAccount = settings.email !== undefined;
  const forge = createClient({ name, line: openLine(api), addresses, git, hasAccount });
  return Promise.resolve({ forge, close: () => Promise.resolve() });
}
