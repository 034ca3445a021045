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
