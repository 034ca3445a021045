import type { ForgeTools, OpenForge } from "../../core/forge.ts";
import { createFetch } from "../shared/http.ts";
import { createJsonApi } from "../shared/json-api.ts";
import { addressesOf } from "./addresses.ts";
import { createClient } from "./client.ts";
import { openLine } from "./line.ts";
import { createAskRefs } from "./refs.ts";
import type { GogsSettings } from "./settings.ts";

/** Open one Gogs: the calls that go out to it. Its deliveries have no door of their own. */
export function open(name: string, settings: GogsSettings, tools: ForgeTools): Promise<OpenForge> {
  const { token, limits } = settings;
  const { log, deadline, userAgent } = tools;
  const addresses = addressesOf(settings);
  const { api, git } = addresses;
  const fetchFrom = (base: string) => createFetch({ forge: name, base, log, deadline, limits });
  const fetch = fetchFrom(api);
  const fetchGit = new URL(git).origin === new URL(api).origin ? fetch : fetchFrom(git);
  const headers = { authorization: `token ${token}`, "user-agent": userAgent };
  const line = openLine(createJsonApi({ forge: name, base: api, headers, fetch }));
  const askRefs = createAskRefs({ forge: name, git, token, userAgent, fetch: fetchGit });
  return Promise.resolve({
    forge: createClient({ name, line, askRefs, addresses, token }),
    close: () => Promise.resolve(),
  });
}
