import type { Automation } from "../core/automation.ts";
import type { Reading } from "../core/delivery.ts";
import { isOpenTo } from "../core/delivery.ts";
import { decide } from "./decide.ts";
import { mayRemoveLabel } from "./triggers.ts";

/**
 * Whether any automation could ever want a delivery; the others are kept as light rows. Runs inside the request, so it
 * looks at the event alone.
 */
export function wants(
  reading: Reading,
  automations: readonly Automation[],
  { forge, door }: { forge: string; door: string },
): boolean {
  if (reading.kind !== "event") return false;
  return reading.events.some((event, index) =>
    automations.some(
      (automation) =>
        isOpenTo(door, automation.name) &&
        (mayRemoveLabel(event, automation.on) || decide(event, index, automation, forge).matched),
    ),
  );
}
