import type { KeptHook } from "../../src/core/kept-hook.ts";
import type { Store } from "../../src/core/store.ts";
import type { Wish } from "../../src/hooks/connect.ts";
import { connect } from "../../src/hooks/connect.ts";
import type { FakeForge } from "./fake-forge.ts";
import { fakeForge } from "./fake-forge.ts";
import type { FakeWebhooks } from "./fake-webhooks.ts";
import { fakeWebhooks } from "./fake-webhooks.ts";
import { temporaryStore } from "./temporary.ts";

export const URL = "https://bot.example.com/webhooks/acme";
export const SECRET = "the secret of the config";
export const REPOSITORY = { level: "repository", name: "octo/hello" } as const;

/** A store and a forge in memory, whose webhooks can be connected. */
export interface Scene extends AsyncDisposable {
  [Symbol.asyncDispose](): Promise<void>;
  readonly store: Store;
  readonly forge: FakeForge;
  readonly webhooks: FakeWebhooks;
  /** How long was left each time that the waiting was told of. */
  readonly waited: number[];
  connect(wish?: Partial<Wish>): ReturnType<typeof connect>;
  /** The one webhook that is looked after. */
  kept(): Promise<KeptHook | undefined>;
}

export async function openScene(
  options: Parameters<typeof fakeWebhooks>[0] & { app?: boolean } = {},
): Promise<Scene> {
  const kept = await temporaryStore();
  const { store } = kept;
  const webhooks = fakeWebhooks(options);
  const forge = fakeForge({ name: "acme", kind: "acme", webhooks, app: options.app });
  const waited: number[] = [];
  const standard = {
    place: REPOSITORY,
    url: URL,
    secret: SECRET,
    dryRun: false,
    wait: undefined,
    tended: true,
  };
  return {
    store,
    forge,
    webhooks,
    waited,
    connect: (wish = {}) =>
      connect({ store, forge, waiting: (left) => waited.push(left) }, { ...standard, ...wish }),
    kept: async () => (await store.hooks("acme"))[0],
    [Symbol.asyncDispose]: async () => kept[Symbol.asyncDispose](),
  };
}
