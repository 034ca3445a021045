/** Where a message broker is and how it lets us in, as an address such as `amqp://user:password@host:5672/vhost` says. */
export interface BrokerAddress {
  readonly tls: boolean;
  /** At least one; the nodes of a cluster are tried in turn. */
  readonly hosts: readonly { readonly hostname: string; readonly port: number }[];
  readonly username: string;
  readonly password: string;
  readonly vhost: string;
  /** Seconds, where the address says `?heartbeat=`. */
  readonly heartbeat?: number;
}

const ADDRESS = /^(amqps?):\/\/(?:([^@/?#:]*)(?::([^@/?#:]*))?@)?([^@/?#]+)(?:\/([^/?#]*))?(?:\?([^#]*))?$/;
const HOST = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i;

/**
 * Read an `amqp://` or `amqps://` address. What it leaves out is guest, guest, port 5672 (5671 with TLS) and the vhost
 * `/`; several hosts are parted by commas; characters of user, password and vhost that have a meaning in addresses are
 * percent-encoded. Undefined for anything else.
 */
export function readBrokerAddress(text: string): BrokerAddress | undefined {
  const [whole, scheme, user = "guest", password = "guest", authority = "", path = "", query] =
    ADDRESS.exec(text) ?? [];
  const tls = scheme === "amqps";
  const hosts = authority.split(",").map((host) => hostOf(host, tls ? 5671 : 5672));
  const [username, secret, vhost] = [user, password, path].map(decoded);
  if (whole === undefined || !hosts.every((host) => host !== undefined)) return undefined;
  if (username === undefined || secret === undefined || vhost === undefined) return undefined;
  const heartbeat = /^\d{1,5}$/.exec(new URLSearchParams(query).get("heartbeat") ?? "")?.[0];
  return {
    tls,
    hosts,
    username,
    password: secret,
    vhost: vhost === "" ? "/" : vhost,
    ...(heartbeat !== undefined && { heartbeat: Number(heartbeat) }),
  };
}

function hostOf(text: string, standard: number): BrokerAddress["hosts"][number] | undefined {
  const [, six, name, port = String(standard)] = HOST.exec(text) ?? [];
  const hostname = six ?? name;
  return hostname === undefined || Number(port) < 1 || Number(port) > 65_535
    ? undefined
    : { hostname, port: Number(port) };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
