import type { Arrival } from "../core/store.ts";
import type { Entry } from "./engine.ts";

/** One group is written within a few milliseconds. */
const GROUP_MEMBERS = 100;
const GROUP_BYTES = 4 * 1024 * 1024;

/** What is said once when a group failed. */
export const RECORDED_ALONE = "deliveries could not be recorded together and are recorded one by one";

/** An arrival that waits to be recorded together with others. */
export interface Member {
  readonly arrival: Arrival;
  readonly since: number;
  readonly deadline: number;
  readonly resolve: (entry: Entry) => void;
  readonly reject: (error: unknown) => void;
  /** Its group failed: it is committed by itself now. */
  alone: boolean;
}

/** The first of those who wait: as many as fit into one group. */
export function nextGroup<Waiting extends Member>(waiting: readonly Waiting[]): readonly Waiting[] {
  if (waiting[0]?.alone === true) return waiting.slice(0, 1);
  let bytes = 0;
  let size = 0;
  for (const { arrival, alone } of waiting) {
    bytes += arrival.delivery.body.byteLength;
    if (alone || size === GROUP_MEMBERS || (size > 0 && bytes > GROUP_BYTES)) break;
    size += 1;
  }
  return waiting.slice(0, size);
}
