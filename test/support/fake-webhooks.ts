import type { WebhookRequest } from "../../src/core/delivery.ts";
import type { HookPlace, HookTrial, LostDelivery, Webhooks } from "../../src/core/webhooks.ts";

/** A webhook that stands at a fake forge. */
export interface FakeHook {
  readonly place: HookPlace;
  readonly url: string;
  secret: string;
  faults: string[];
  held?: string;
}

type Method = "inspect" | "ensure" | "remove" | "test" | "lost" | "recover";

/** Webhooks in memory. Tests read and set what stands there and what was lost, and let the next call of a method fail. */
export interface FakeWebhooks extends Webhooks {
  /** Every call in order, by its name. */
  readonly calls: Method[];
  readonly standing: FakeHook[];
  /** What is lost and was not brought. */
  readonly losses: LostDelivery[];
  /** Attempts that were asked for, in order. */
  readonly asked: string[];
  /** What the next calls of a method throw. */
  failNext(method: Method, ...errors: Error[]): void;
}

export function fakeWebhooks(
  options: {
    levels?: Webhooks["levels"];
    /** What trying one does; the forge cannot if not said. */
    test?: () => Promise<HookTrial>;
    /** What a lost delivery becomes: sent again if not said. */
    recover?: (lost: LostDelivery) => Promise<"resent" | WebhookRequest | undefined>;
    /** True where switching it on again is beyond us. */
    stubborn?: boolean;
    /** True where one that is mended knows nothing of what was lost. */
    forgets?: boolean;
  } = {},
): FakeWebhooks {
  const calls: Method[] = [];
  const asked: string[] = [];
  const faults = new Map<Method, Error[]>();
  const losses: LostDelivery[] = [];
  const standing: FakeHook[] = [];
  const called = (method: Method, signal?: AbortSignal): void => {
    calls.push(method);
    signal?.throwIfAborted();
    const fault = faults.get(method)?.shift();
    if (fault !== undefined) throw fault;
  };
  const at = ({ level, name }: HookPlace, url: string) =>
    standing.filter((hook) => hook.place.level === level && hook.place.name === name && hook.url === url);
  const stateOf = (place: HookPlace, url: string) => {
    const found = at(place, url);
    const held = found.find((hook) => hook.held !== undefined)?.held;
    return {
      ids: found.map((hook) => String(standing.indexOf(hook) + 1)),
      faults: found.flatMap((hook) => hook.faults),
      ...(held !== undefined && { held }),
    };
  };
  return {
    levels: options.levels ?? { repository: "repository", owner: "group", system: "system" },
    advice: ["See that the host is on the list of the fake forge."],
    ...(options.forgets === true && { forgets: true }),
    calls,
    standing,
    losses,
    asked,
    failNext: (method, ...errors) => void faults.set(method, [...(faults.get(method) ?? []), ...errors]),
    inspect: async (place, { url }, signal) => {
      called("inspect", signal);
      return stateOf(place, url);
    },
    ensure: async (place, { url, secret }, { renew }, signal) => {
      called("ensure", signal);
      const [hook] = at(place, url);
      if (hook === undefined) standing.push({ place, url, secret, faults: [] });
      else {
        if (renew) hook.secret = secret;
        if (options.forgets === true) losses.length = 0;
        if (options.stubborn !== true) [hook.faults, hook.held] = [[], undefined];
      }
      return stateOf(place, url);
    },
    remove: async (place, url, signal) => {
      called("remove", signal);
      const gone = at(place, url);
      for (const hook of gone) standing.splice(standing.indexOf(hook), 1);
      return gone.length;
    },
    test: async (_place, _wanted, signal) => {
      called("test", signal);
      return options.test?.() ?? { kind: "unsupported" };
    },
    lost: async (_place, _url, since, signal) => {
      called("lost", signal);
      return losses.filter(({ at: time }) => time >= since);
    },
    recover: async (_place, _url, lost, signal) => {
      called("recover", signal);
      asked.push(lost.attempt);
      return options.recover === undefined ? "resent" : options.recover(lost);
    },
  };
}
