import type { ForgeTools, OpenForge } from "../../core/forge.ts";
import { createFetch } from "../shared/http.ts";
import { reasonIn } from "../shared/refusals.ts";
import { openRest } from "../shared/rest.ts";
import { addressesOf } from "./addresses.ts";
import { createClient } from "./client.ts";
import { refusalOf } from "./errors.ts";
import { openLine } from "./line.ts";
import type { GitLabSettings } from "./settings.ts";

/** Open one GitLab: the calls that go out to it. Its deliveries have no door of their own. */
export function open(name: string, settings: GitLabSettings, tools: ForgeTools): Promise<OpenForge> {
  const { token, limits } = settings;
  const { web, host, git } = addressesOf(settings);
  const { log, deadline, userAgent } = tools;
  const fetch = createFetch({ forge: name, base: host, log, deadline, limits });
  const line = openLine({ forge: name, host, token, userAgent, fetch });
  const rest = openRest({
    forge: name,
    base: `${host}/api/v4`,
    fetch,
    headers: { "private-token": token, "user-agent": userAgent },
    reasonIn,
    errorOf: refusalOf,
  });
  return Promise.resolve({
    forge: createClient({ name, line, rest, web, git, token }),
    close: () => Promise.resolve(),
  });
}
