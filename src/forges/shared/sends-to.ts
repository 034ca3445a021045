/** Whether a webhook's address is ours at `url`: it, or one below it for a forge that needs several. */
export function sendsTo(url: string, address: string): boolean {
  return address === url || address.startsWith(`${url}/-/`);
}
