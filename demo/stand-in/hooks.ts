import type { HookPlace } from "../../src/core/webhooks.ts";
import type { WebhookDelivery } from "./delivery.ts";

/** A delivery that a webhook tried to bring. */
export interface Attempt {
  /** The forge's number of the attempt. */
  readonly id: number;
  /** The forge's word for the event. */
  readonly event: string;
  readonly request: WebhookDelivery;
  readonly at: Date;
  /** Status of the answer; 0 where there was none. */
  readonly status: number;
  /** The attempt that this one repeats. */
  readonly repeats?: number;
}

/** A webhook that stands at a forge, as its owner sees it in the settings. */
export interface StandingHook {
  readonly id: number;
  readonly place: HookPlace;
  url: string;
  /** What deliveries are proven with; empty: nothing. */
  secret: string;
  /** In the forge's own words. */
  events: readonly string[];
  active: boolean;
  /** The forge's own word for holding deliveries back, while it does so. */
  held?: string;
  /** Whatever else the forge keeps of it, by the forge's own names. */
  settings: Readonly<Record<string, unknown>>;
  /** Oldest first. */
  readonly attempts: Attempt[];
}

/** Bring a delivery to a webhook's address, or fail to. A webhook that is off or held back brings none. */
export async function attempt(
  hook: StandingHook,
  one: {
    readonly id: number;
    readonly event: string;
    readonly request: WebhookDelivery;
    readonly repeats?: number;
  },
): Promise<Attempt | undefined> {
  if (!hook.active || hook.held !== undefined) return undefined;
  const { headers, body } = one.request;
  const status = await fetch(hook.url, { method: "POST", headers, body }).then(
    (answer) => answer.status,
    () => 0,
  );
  const made = { ...one, at: new Date(), status };
  hook.attempts.push(made);
  return made;
}

/** Whether an answer means that the delivery arrived. */
export const arrived = ({ status }: Attempt): boolean => status >= 200 && status < 300;
