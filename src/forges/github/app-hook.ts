import { ForgehandError } from "../../core/errors.ts";
import type { HookState, WantedHook } from "../../core/webhooks.ts";
import type { Hooks } from "../shared/hooks.ts";
import { sendsTo } from "../shared/hooks.ts";
import { historyOf } from "./deliveries.ts";
import { configFaults, configOf, unheard } from "./hook-shape.ts";
import type { Line } from "./line.ts";
import { SUBSCRIPTIONS } from "./manifest.ts";
import { App, HookConfig } from "./replies.ts";

const CONFIG = "/app/hook/config";

/**
 * The one webhook that a GitHub App has, which tells of all repositories that the App is installed in. Its address and
 * secret can be set; its events, and that it is on, belong to the registration, where only a person changes them.
 */
export function appHook(line: Line): Hooks {
  const history = historyOf({
    path: "/app/hook",
    ask: (call) => line.askSelf(call),
    pages: (call) => line.pagesOfSelf(call),
  });
  const readConfig = (signal?: AbortSignal) =>
    line.askSelf({ route: `GET ${CONFIG}`, reply: HookConfig, signal });

  /** What is seen of it with this config. */
  async function stateOf(config: HookConfig, url: string, signal?: AbortSignal): Promise<HookState> {
    if (!sendsTo(url, config.url ?? "")) return { ids: [], faults: [] };
    const { slug, events } = await line.askSelf({ route: "GET /app", reply: App, signal });
    // Older Enterprise Servers may not tell them.
    const missing = unheard(events ?? SUBSCRIPTIONS).map(
      (event) => `lacks the event ${event}, which only a person can add, on the page of the GitHub App`,
    );
    return { ids: [slug], faults: [...configFaults(config), ...missing] };
  }

  /** The registration has one address: what it sent to until now hears of nothing any more. */
  function write(wanted: WantedHook, before: HookConfig, signal?: AbortSignal): Promise<HookConfig> {
    // As `data`: a parameter named `url` would be the address that Octokit asks.
    const parameters = { data: configOf(wanted, before) };
    return line.askSelf({ route: `PATCH ${CONFIG}`, reply: HookConfig, parameters, signal });
  }

  return {
    inspect: async (_place, { url }, signal) => stateOf(await readConfig(signal), url, signal),

    async ensure(_place, wanted, { renew }, signal) {
      const config = await readConfig(signal);
      const isWell = sendsTo(wanted.url, config.url ?? "") && configFaults(config).length === 0;
      return stateOf(isWell && !renew ? config : await write(wanted, config, signal), wanted.url, signal);
    },

    async remove(_place, url, signal) {
      if (!sendsTo(url, (await readConfig(signal)).url ?? "")) return 0;
      throw new ForgehandError(
        "FORGE_REFUSED",
        "A GitHub App has its webhook for as long as it is registered, and GitHub lets no program switch it off: " +
          "switch it off on the page of the GitHub App, under Webhook.",
      );
    },

    test: () => Promise.resolve({ kind: "unsupported" }),

    async lost(_place, url, since, signal) {
      return sendsTo(url, (await readConfig(signal)).url ?? "") ? history.lost(since, signal) : [];
    },

    recover: (_place, _url, { attempt }, signal) => history.recover(Number(attempt), signal),
  };
}
