import { randomInt } from "node:crypto";

/** The private address of an automation at a forge: `/webhooks/:forge/:automation`. */
export interface WebhookDoor {
  readonly forge: string;
  readonly automation: string;
}

/** A secret that belongs to one private address: whoever sends there proves it by this, not by the forge's secret. */
export interface WebhookKey extends WebhookDoor {
  readonly key: string;
  readonly madeAt: Date;
  /** When it stops to count, after a newer one was made; absent on the newest. */
  readonly endsAt?: Date;
}

/** As long as those of Ansible Tower and AWX, and of characters that every forge takes: 297 bits. */
const KEY_LENGTH = 50;
const CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** A new key; nobody ever chooses one. */
export function makeWebhookKey(): string {
  return Array.from({ length: KEY_LENGTH }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join("");
}
