const PEM = /^-----BEGIN ((?:RSA )?PRIVATE KEY)-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END \1-----\s*$/;

/**
 * The private key of a GitHub App in any form that Probot reads: PEM with line breaks, with `\n` or spaces in their
 * place, or all of it in base64. Undefined for anything else.
 */
export function readPrivateKey(text: string): string | undefined {
  const plain = text.includes("-----BEGIN") ? text : Buffer.from(text, "base64").toString();
  const [, kind, data] = PEM.exec(plain.replaceAll("\\n", "\n").trim()) ?? [];
  if (kind === undefined || data === undefined) return undefined;
  const lines = data.replace(/\s+/g, "").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${kind}-----`, ...lines, `-----END ${kind}-----`, ""].join("\n");
}
