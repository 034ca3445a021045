import type { Forge } from "../../core/forge.ts";
import type { Line } from "./line.ts";
import { OF_ORGANIZATIONS, PERMISSIONS, SUBSCRIPTIONS } from "./manifest.ts";
import { App, GrantedInstallations } from "./replies.ts";

type Granted = Readonly<Record<string, string>>;

/** What our credentials may not do, though Forgehand does it. */
export function rights(line: Line): Pick<Forge, "missingRights"> {
  return {
    missingRights: (signal) => (line.isApp ? missingOfApp(line, signal) : missingOfToken(line, signal)),
  };
}

/**
 * The App itself, and each of its installations: permissions that the App asked for later hold only where somebody
 * accepted them. Source: docs.github.com, "Modifying a GitHub App registration".
 */
async function missingOfApp(line: Line, signal?: AbortSignal): Promise<string[]> {
  const { permissions, events } = await line.askSelf({ route: "GET /app", reply: App, signal });
  const unheard = events === undefined ? [] : SUBSCRIPTIONS.filter((event) => !events.includes(event));
  const lacking = [...lacks(permissions), ...unheard.map((event) => `the event \`${event}\``)];
  if (lacking.length > 0) return lacking;
  const installations = await line.askSelf({
    route: "GET /app/installations",
    reply: GrantedInstallations,
    parameters: { per_page: 100 },
    signal,
  });
  return installations.flatMap(({ account, permissions }) =>
    lacks(permissions, account?.type === "User" ? OF_ORGANIZATIONS : []).map(
      (right) => `${right}, to be accepted for ${account?.login ?? "an installation"}`,
    ),
  );
}

/** The permissions that are not among those granted, but for some that cannot be. */
function lacks(granted: Granted | undefined, never: readonly string[] = []): string[] {
  if (granted === undefined) return [];
  return Object.entries(PERMISSIONS)
    .filter(([name, level]) => granted[name] !== "write" && granted[name] !== level && !never.includes(name))
    .map(([name, level]) => `the permission \`${name}: ${level}\``);
}

/**
 * A classic token names its scopes in a header of every answer; a fine-grained one has none of that and says nothing.
 * Source: docs.github.com, "Scopes for OAuth apps".
 */
async function missingOfToken(line: Line, signal?: AbortSignal): Promise<string[]> {
  const scopes = await line.scopes(signal);
  if (scopes === undefined || scopes.some((scope) => scope === "repo" || scope === "public_repo")) return [];
  return ["the scope `repo` (`public_repo` is enough for public repositories)"];
}
