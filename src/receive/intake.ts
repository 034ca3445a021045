import type { Delivery, DeliveryHeaders, Sender, WebhookRequest } from "../core/delivery.ts";
import { ForgehandError, isStoreTrouble, messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Answer } from "./answer.ts";
import { answerTo, PONG, REFUSALS, UNWANTED } from "./answer.ts";
import type { Keeper, ServedForge } from "./keep.ts";
import type { Gate } from "./turned-away.ts";

/**
 * Take a request that came for one of these forges (all of one kind): prove it, read it, keep it, and say what to
 * answer. Never throws. `door` is the automation of a private address, else empty.
 */
export type Intake = (
  forges: readonly ServedForge[],
  door: string,
  request: WebhookRequest,
  /** The pattern of the address that it came to. */
  address: string,
) => Promise<Answer>;

export function createIntake({
  keeper,
  gate,
  log,
}: {
  keeper: Keeper;
  gate: Pick<Gate, "note">;
  log: Log;
}): Intake {
  return async (forges, door, request, address) => {
    const kind = forges[0]?.adapter;
    if (kind === undefined) return REFUSALS.unknown;
    // Anybody can send a ping, so nothing may come of it: no row, no reading, nothing of it in the log.
    if (kind.isPing?.(request)) return PONG;
    if (!kind.contentTypes.includes(contentTypeOf(request.headers))) return REFUSALS.contentType;
    const proven = prove(forges, request, new Date());
    if (typeof proven === "string") {
      const turned = { forge: forges.map(({ name }) => name).join(), address, reason: proven };
      log.warn(turned, "sender not proven");
      gate.note(turned);
      return REFUSALS.unproven;
    }
    return keep(proven, keeper.deliveryOf(proven, door, request));
  };

  async function keep(forge: ServedForge, delivery: Delivery): Promise<Answer> {
    const about = { forge: forge.name, delivery: delivery.id, event: delivery.event };
    try {
      const { reading, recorded } = await keeper.keep(forge, delivery);
      const action = reading.kind === "event" ? reading.events[0]?.action : undefined;
      log.info({ ...about, action, recorded }, "delivery received");
      if (reading.kind !== "event") log.info({ ...about, reason: reading.reason }, "ignoring");
      else if (recorded === "ignored") log.info({ ...about, reason: UNWANTED }, "ignoring");
      return answerTo(recorded, reading);
    } catch (error) {
      const code = error instanceof ForgehandError ? error.code : undefined;
      log.error({ ...about, code, error: messageOf(error) }, "delivery not kept");
      return isStoreTrouble(code) ? REFUSALS.busy : REFUSALS.internal;
    }
  }
}

/** The forge whose secret proves the request, or why none does. */
function prove(forges: readonly ServedForge[], request: WebhookRequest, now: Date): ServedForge | string {
  let reason = "";
  for (const forge of forges) {
    const sender: Sender = forge.adapter.verify(request, forge.secrets, now);
    if (sender.state === "proven") return forge;
    reason = sender.reason;
  }
  return reason;
}

/** The media type without its parameters. */
function contentTypeOf(headers: DeliveryHeaders): string {
  const [type = ""] = (headers["content-type"] ?? "").split(";", 1);
  return type.trim().toLowerCase();
}
