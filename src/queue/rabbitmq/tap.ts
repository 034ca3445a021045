import type { AsyncMessage, Channel } from "rabbitmq-client";

import type { Hint } from "../../core/queue.ts";
import type { Takers } from "../takers.ts";

/** A worker that is back for more within this time finds the consumer still there. */
const GRACE_MS = 50;

/** A hint that was not taken up within this time goes back: whoever has it cannot reach the store. */
const HELD_MS = 5_000;

/**
 * Lets the messages of one queue in, one at a time, and only while somebody waits for them: what a process holds no
 * idle process can take. The next message comes when the one before is acknowledged, so an acknowledgement waits until
 * somebody waits again, or until the consumer was cancelled.
 */
export interface Tap {
  /** Somebody waits. */
  open(): void;
  /** Nobody waits any more. */
  rest(): void;
  /** Acknowledge what was taken up; nothing more is let in. What else was let in goes back with the channel. */
  close(): void;
}

/** A tap on a channel with a prefetch of 1. `failed` is told why the broker lets us take nothing. */
export function createTap(
  channel: Channel,
  queue: string,
  { takers, failed }: { takers: Takers; failed: (error: unknown) => void },
): Tap {
  const takenUp = new Set<() => void>();
  let wanted = false;
  let turning = false;
  let consumer: string | undefined;
  let grace: NodeJS.Timeout | undefined;

  /** Consume or cancel until what is stands as it is wanted, one call after the other. */
  const turn = async (): Promise<void> => {
    if (turning) return;
    turning = true;
    try {
      while (channel.active && wanted !== (consumer !== undefined)) {
        if (consumer === undefined)
          ({ consumerTag: consumer } = await channel.basicConsume({ queue }, arrive));
        else {
          await channel.basicCancel(consumer);
          consumer = undefined;
        }
      }
    } catch (error) {
      failed(error);
    } finally {
      turning = false;
    }
  };
  const acknowledge = (): void => {
    for (const settle of takenUp) settle();
    takenUp.clear();
  };
  const shut = (): void => {
    clearTimeout(grace);
    wanted = false;
    // The broker reads in order: it takes the consumer away before it looks for one who gets the next message.
    void turn();
    acknowledge();
  };

  function arrive(message: AsyncMessage): void {
    const { deliveryTag } = message;
    const body: unknown = message.body;
    let held = true;
    const settle = (how: () => void): void => {
      clearTimeout(overdue);
      if (held && channel.active) how();
      held = false;
    };
    const acknowledged = () => settle(() => channel.basicAck({ deliveryTag }));
    const back = () => settle(() => channel.basicNack({ deliveryTag, requeue: true }));
    const overdue = setTimeout(back, HELD_MS).unref();

    // No hint of ours: nobody could do anything with it.
    if (typeof body !== "string") acknowledged();
    else if (!takers.give(hintOf(body, acknowledged))) {
      shut();
      back();
    }
  }

  function hintOf(subject: string, acknowledged: () => void): Hint {
    return {
      subject,
      done() {
        if (wanted && takers.waiting === 0) takenUp.add(acknowledged);
        else acknowledged();
        return Promise.resolve();
      },
    };
  }

  return {
    open() {
      clearTimeout(grace);
      wanted = true;
      void turn();
      acknowledge();
    },
    rest() {
      clearTimeout(grace);
      grace = setTimeout(shut, GRACE_MS);
    },
    close() {
      clearTimeout(grace);
      wanted = false;
      acknowledge();
    },
  };
}
