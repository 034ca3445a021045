import type { ForgeEvent } from "./event.ts";

/** Request headers: lower-case names, one value each (repeated headers are joined by a comma). */
export type DeliveryHeaders = Readonly<Record<string, string>>;

/** The door of what the poller found. No automation can have this name, so that no webhook ever comes by it. */
export const POLL_DOOR = "@poll";

/** The door of what a schedule of the config makes happen. */
export const SCHEDULE_DOOR = "@schedule";

/** The door of what the operator starts by hand. */
export const MANUAL_DOOR = "@manual";

/** The doors by which our own findings come, as JSON of their events; no webhook comes by them. */
export const OWN_DOORS: readonly string[] = [POLL_DOOR, SCHEDULE_DOOR, MANUAL_DOOR];

/** Whether what came by a door may reach an automation: each has a private address, all others are open to all. */
export function isOpenTo(door: string, automation: string): boolean {
  return door === "" || OWN_DOORS.includes(door) || door === automation;
}

/** What arrived at a webhook address, before anybody has proven who sent it. */
export interface WebhookRequest {
  readonly headers: DeliveryHeaders;
  /** The raw bytes as received: signatures are over these. */
  readonly body: Uint8Array;
}

/** Whether the sender of a request knows one of the secrets of the forge. Only `proven` gets any further. */
export type Sender = { readonly state: "proven" } | { readonly state: "unproven"; readonly reason: string };

/**
 * One webhook request whose sender is proven (or one finding of the poller). Every door ends in this.
 *
 * A delivery is known by forge, door and id together: a forge may send one happening to several of our addresses.
 */
export interface Delivery extends WebhookRequest {
  /** Name of the forge in the config, such as `github`. */
  readonly forge: string;
  /** Which of our addresses it came to: the automation of a private address, POLL_DOOR of a finding, else empty. */
  readonly door: string;
  /** The forge's own id of the delivery, kept on a redelivery; else SHA-256 of door, event header and body. */
  readonly id: string;
  /** The forge's own word for the event, such as `issues`. Empty where only the body tells. */
  readonly event: string;
  readonly receivedAt: Date;
  /** True when the body was written out again from the parsed payload: under `probot run`, and without a secret in it. */
  readonly rewritten?: boolean;
}

/** What a delivery said. "Nothing to do" is a value with a reason, never an error. */
export type Reading =
  | { readonly kind: "event"; readonly events: readonly ForgeEvent[] }
  | { readonly kind: "ignored"; readonly reason: string }
  | { readonly kind: "unreadable"; readonly reason: string };

/** How recording a delivery ended. `ignored`: kept as a light row, since no automation could ever want it. */
export type Recorded = "recorded" | "duplicate" | "ignored";

/** Resolves only when the delivery is safe on disk. Until then nobody may answer 2xx. */
export type Receive = (delivery: Delivery, reading: Reading) => Promise<Recorded>;
