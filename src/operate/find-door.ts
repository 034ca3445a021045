import type { Automation } from "../core/automation.ts";
import { ForgehandError } from "../core/errors.ts";
import type { WebhookDoor } from "../core/webhook-key.ts";

/**
 * The private address that two names mean. Every configured automation has one at every configured forge, whether it
 * serves that forge or not. Throws NOT_FOUND with the names that there are.
 */
export function findDoor(
  { forge, automation }: WebhookDoor,
  forges: readonly string[],
  automations: readonly Pick<Automation, "name">[],
): WebhookDoor {
  if (!forges.includes(forge)) {
    throw new ForgehandError("NOT_FOUND", `There is no forge ${forge}; there are: ${forges.join(", ")}.`);
  }
  const names = automations.map(({ name }) => name);
  if (names.includes(automation)) return { forge, automation };
  const message = `There is no automation ${automation}; there are: ${names.join(", ")}.`;
  throw new ForgehandError("NOT_FOUND", message);
}
