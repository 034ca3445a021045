import type { WebhookDelivery } from "./deliveries.ts";

/** What the receiver said. */
export interface Received {
  readonly status: number;
  readonly body: unknown;
}

/** Send a delivery as a forge does. */
export async function send(url: string, { headers, body }: WebhookDelivery): Promise<Received> {
  const answer = await fetch(url, { method: "POST", headers, body });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
}
