import type { ForgeTools, OpenForge } from "../../core/forge.ts";
import { createFetch } from "../shared/http.ts";
import type { AskJson } from "../shared/json-api.ts";
import { createJsonApi } from "../shared/json-api.ts";
import { reasonOf } from "../shared/refusals.ts";
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
  const api = createJsonApi({
    forge: name,
    base: `${host}/api/v4`,
    headers: { "private-token": token, "user-agent": userAgent },
    fetch,
    refusalOf: (forge, { data, ...answer }) => refusalOf(forge, { ...answer, message: reasonOf(data) }),
  });
  const ask: AskJson = async (call) => (await api(call)).data;
  return Promise.resolve({
    forge: createClient({ name, line, ask, web, git, token }),
    close: () => Promise.resolve(),
  });
}
