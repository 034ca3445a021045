import { ForgehandError } from "../core/errors.ts";
import type { KeptDelivery, Store } from "../core/store.ts";

/**
 * A delivery by its key on this installation, or by the forge's own id: the newest one of that id. Throws NOT_FOUND. The
 * text that was asked for is not repeated as it is, since anybody may have written it.
 */
export async function findDelivery(
  store: Pick<Store, "delivery" | "deliveries">,
  wanted: string,
): Promise<KeptDelivery> {
  const byKey = /^\d{1,15}$/.test(wanted) ? await store.delivery(wanted) : undefined;
  if (byKey !== undefined) return byKey;
  let before: string | undefined;
  for (;;) {
    const page = await store.deliveries({ before, limit: 200 });
    const found = page.find(({ id }) => id === wanted);
    const last = page.at(-1);
    if (found !== undefined) return (await store.delivery(found.key)) ?? found;
    if (last === undefined) break;
    before = last.key;
  }
  const shown = wanted.replace(/[^\x21-\x7e]/g, "").slice(0, 80);
  throw new ForgehandError(
    "NOT_FOUND",
    `There is no delivery ${shown} here, or it was pruned. Give its number, or the id that the forge shows for it.`,
  );
}
