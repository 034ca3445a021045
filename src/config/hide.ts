import type { AgentChoice } from "../core/agent.ts";
import type { Config } from "./schema.ts";

const HIDDEN = "(hidden)";

/**
 * A config that may be shown to anybody who may see its run texts. Of a forge only its kind, its addresses, numbers
 * and switches are shown: a list of what is harmless cannot forget a secret of a new adapter.
 */
export function withoutSecrets(config: Config): object {
  const { server, repositoryAutomations: granted } = config;
  const { signInToken, smee } = server;
  return {
    ...config,
    database: withoutPassword(config.database),
    queue: withoutPassword(config.queue),
    repositoryAutomations: granted && { ...granted, secrets: hide(granted.secrets, "") },
    server: {
      ...server,
      // Whoever knows the channel can read every delivery in it.
      ...(smee !== undefined && { smee: HIDDEN }),
      ...(signInToken !== undefined && { signInToken: HIDDEN }),
    },
    forges: Object.fromEntries(
      Object.entries(config.forges).map(([name, settings]) => [name, hide(settings, "")]),
    ),
    automations: config.automations.map((automation) => ({
      ...automation,
      environment: hide(automation.environment, ""),
      secrets: hide(automation.secrets, ""),
      agents: automation.agents.map(withoutKey),
      compare: automation.compare.map(withoutKey),
      commits: { ...automation.commits, sign: automation.commits.sign && hide(automation.commits.sign, "") },
    })),
  };
}

const withoutKey = ({ key: _secret, ...rest }: AgentChoice) => ({ ...rest, key: HIDDEN });

/**
 * The address of a server without its password. What stands behind a `?` is hidden whole, since a database takes a
 * password there too.
 */
function withoutPassword(address: string): string {
  const [whole, scheme, user, rest = ""] = /^([a-z]+:\/\/)(?:([^/?#]*)@)?([^?#]*)/.exec(address) ?? [];
  if (whole === undefined) return address;
  if (rest.includes("@")) return `${scheme}${HIDDEN}`;
  const [name, ...secret] = user?.split(":") ?? [];
  const shown = name === undefined ? "" : `${name}${secret.length > 0 ? `:${HIDDEN}` : ""}@`;
  return `${scheme}${shown}${rest}${whole === address ? "" : `?${HIDDEN}`}`;
}

function hide(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((item) => hide(item, key));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([inner, item]) => [inner, hide(item, inner)]));
  }
  return typeof value !== "string" || key === "kind" || isPlainAddress(value) ? value : HIDDEN;
}

function isPlainAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  return url.username === "" && url.password === "" && url.search === "" && url.hash === "";
}
