/** Addresses that only this computer, or only its own network, knows. */
const NEAR =
  /^(localhost|.*\.(localhost|local|internal|lan)|127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|\[(::1|f[cde])|[^.]+$)/i;

/** Our own address, not that of a channel which forwards to us. */
const DIRECT = /\/webhooks\/[^/]+$/;

/** What to look at where a webhook stands and nothing arrives: what is ours first, then what is the forge's. */
export function adviceOn(url: string, ofForge: readonly string[]): readonly string[] {
  const { hostname, protocol } = new URL(url);
  return [
    "See that `forgehand serve` runs, with this config and this data folder.",
    DIRECT.test(url)
      ? `Ask for the address from where the forge is: \`curl -i ${url}\` has to answer 405. Another answer comes from a proxy that does not pass the path on or from another program; where none comes, look at the firewall.`
      : "See that `forgehand serve` says that it is connected to this channel.",
    ...(NEAR.test(hostname)
      ? [`${hostname} may be known in this network only: a forge outside cannot reach it.`]
      : []),
    ...(protocol === "https:"
      ? ["The certificate has to be one that the forge trusts, with its whole chain."]
      : ["The address is plain http, which some forges refuse: put TLS in front of it."]),
    ...ofForge,
  ];
}
