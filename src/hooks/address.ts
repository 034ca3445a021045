/** Where forges may reach us, by what the owner says. */
export interface Reach {
  /** A smee channel that forwards to us. */
  readonly smee?: string;
  /** Our public address, with its path and without a slash at the end. */
  readonly publicUrl?: string;
}

/** The address that the webhooks of a forge send to; undefined where nobody can reach us. */
export function hookAddress(forge: string, reach: Reach & { readonly publicUrl: string }): string;
export function hookAddress(forge: string, reach: Reach): string | undefined;
export function hookAddress(forge: string, { smee, publicUrl }: Reach): string | undefined {
  if (smee !== undefined) return smee;
  return publicUrl === undefined ? undefined : `${publicUrl}/webhooks/${forge}`;
}
