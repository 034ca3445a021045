import type { ForgeTools, OpenForge } from "../../core/forge.ts";
import { createFetch } from "../shared/http.ts";
import { addressesOf } from "./addresses.ts";
import { createClient } from "./client.ts";
import { openLine } from "./line.ts";
import type { AzureDevOpsSettings } from "./settings.ts";

/**
 * Milliseconds that a call may take: services answer late, by up to 30 s, instead of refusing what is too much.
 * Source: Azure DevOps docs, "Rate and usage limits".
 */
const DEADLINE = 60_000;

/** Hosts on which people sign in. */
const SIGN_IN_HOSTS: ReadonlySet<string> = new Set(["login.microsoftonline.com", "login.live.com"]);

/** Open one organization or collection: the calls that go out to it. Its deliveries have no door of their own. */
export function open(name: string, settings: AzureDevOpsSettings, tools: ForgeTools): Promise<OpenForge> {
  const { token, limits, workItems, apiVersion: version } = settings;
  const { log, deadline = DEADLINE, userAgent } = tools;
  const addresses = addressesOf(settings);
  const lineTo = (base: string) => {
    const fetch = createFetch({ forge: name, base, log, deadline, limits, isSignIn });
    return openLine({ forge: name, base, token, version, userAgent, fetch });
  };
  const line = lineTo(addresses.api);
  const people = addresses.identities === addresses.api ? line : lineTo(addresses.identities);
  const forge = createClient({ name, line, people, addresses, token, workItems });
  return Promise.resolve({ forge, close: () => Promise.resolve() });
}

function isSignIn({ hostname, pathname }: URL): boolean {
  return SIGN_IN_HOSTS.has(hostname) || /\/_?sign(?:ed)?in\b/i.test(pathname);
}
