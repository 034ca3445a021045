import type { Listings } from "../../core/listings.ts";
import type { Webhooks } from "../../core/webhooks.ts";

const unsupported = () => Promise.resolve({ kind: "unsupported" } as const);

/** Of a forge whose lists are not read. */
export const noListings: Listings = { issues: unsupported, pullRequests: unsupported, branches: unsupported };

/** Of a forge whose webhooks cannot be looked after. */
export const noWebhooks: Webhooks = {
  levels: {},
  advice: [],
  inspect: () => Promise.resolve({ ids: [], faults: [] }),
  ensure: () => Promise.resolve({ ids: [], faults: [] }),
  remove: () => Promise.resolve(0),
  test: unsupported,
};
