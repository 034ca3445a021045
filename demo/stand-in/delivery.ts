/** A webhook request, ready to be sent. */
export interface WebhookDelivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a delivery says: the forge's word for the event, and its payload. */
export interface Told {
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The answer of a forge whose webhooks leave a kind of happening out: a test that asks for it is wrong. */
export function neverTold({ kind }: { readonly kind: string }): TypeError {
  return new TypeError(`webhooks of this forge do not tell that something was ${kind}`);
}

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
