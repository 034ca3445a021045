import type { ForgeTools, OpenForge } from "../../core/forge.ts";
import { createFetch } from "../shared/http.ts";
import { createJsonApi } from "../shared/json-api.ts";
import { addressesOf } from "./addresses.ts";
import { createClient } from "./client.ts";
import { openLine } from "./line.ts";
import type { GiteaSettings } from "./settings.ts";

/** Open one Gitea or Forgejo: the calls that go out to it. Its deliveries have no door of their own. */
export function open(name: string, settings: GiteaSettings, tools: ForgeTools): Promise<OpenForge> {
  const { token, limits } = settings;
  const { log, deadline, userAgent } = tools;
  const addresses = addressesOf(settings);
  const { api: base } = addresses;
  const fetch = createFetch({ forge: name, base, log, deadline, limits });
  const headers = { authorization: `token ${token}`, "user-agent": userAgent };
  const line = openLine(createJsonApi({ forge: name, base, headers, fetch }));
  return Promise.resolve({
    forge: createClient({ name, line, addresses, token }),
    close: () => Promise.resolve(),
  });
}
