import { z } from "zod";

import type { PayloadData } from "../shared/reading.ts";

/**
 * What the samples of the Test button have and no real delivery: a subscription of zeros, and the collection and the
 * repository of Microsoft's made-up company. Source: Azure DevOps docs, "Service hooks events".
 */
const NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
const SAMPLE_COLLECTION = "c12d0eb8-e382-443b-9f9c-c52cba5014c2";
const SAMPLE_REPOSITORY = "4bc14d40-c903-45e2-872e-0462c7748079";

/** Ids in a body; those of another shape are none. */
const Ids = z.object({
  subscriptionId: z.string().optional().catch(undefined),
  resourceContainers: z
    .object({ collection: z.object({ id: z.string() }) })
    .optional()
    .catch(undefined),
  resource: z
    .object({ repository: z.object({ id: z.string() }) })
    .optional()
    .catch(undefined),
});

/** Whether a delivery is made up: it has the shape of a real one, and nothing that says "test". */
export function isSample(payload: PayloadData): boolean {
  const { data } = Ids.safeParse(payload);
  return (
    data?.subscriptionId === NO_SUBSCRIPTION ||
    data?.resourceContainers?.collection.id === SAMPLE_COLLECTION ||
    data?.resource?.repository.id === SAMPLE_REPOSITORY
  );
}
