/** Whether a webhook of this address sends to ours: whatever follows after `/-/` is read by nobody. */
export function sendsTo(url: string, ours: string): boolean {
  return url === ours || url.startsWith(`${ours}/-/`);
}
