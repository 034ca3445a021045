import { z } from "zod";

import type { HookPlace } from "../../core/webhooks.ts";
import type { Hooks } from "../shared/hooks.ts";
import { oneHook } from "../shared/hooks.ts";
import { historyOf } from "./deliveries.ts";
import type { HookLineAt } from "./hook-places.ts";
import { configOf, faultsOf, unheard } from "./hook-shape.ts";
import { SUBSCRIPTIONS } from "./manifest.ts";
import { Hook, HookList } from "./replies.ts";

/** The webhooks of repositories, or those of organizations. */
export function hooksAt(at: HookLineAt): Hooks {
  const about = (place: HookPlace, id: number) => {
    const { path, ...line } = at(place);
    return { ...line, path: `${path}/${id}` };
  };

  async function list(place: HookPlace, signal?: AbortSignal): Promise<Hook[]> {
    const found: Hook[] = [];
    const { path, pages } = at(place);
    for await (const page of pages({ route: `GET ${path}`, reply: HookList, signal })) found.push(...page);
    return found;
  }

  return oneHook<Hook>({
    list,
    addressOf: ({ config }) => config.url ?? "",
    faultsOf,
    create(place, wanted, signal) {
      const { path, ask } = at(place);
      const parameters = { name: "web", active: true, events: SUBSCRIPTIONS, config: configOf(wanted) };
      return ask({ route: `POST ${path}`, reply: Hook, parameters, signal });
    },
    /** An update that left the secret out would remove it. */
    update(place, hook, wanted, signal) {
      const { path, ask } = about(place, hook.id);
      const events = [...hook.events, ...unheard(hook.events)];
      const parameters = { active: true, events, config: configOf(wanted, hook.config) };
      return ask({ route: `PATCH ${path}`, reply: Hook, parameters, signal });
    },
    delete(place, { id }, signal) {
      const { path, ask } = about(place, id);
      return ask({ route: `DELETE ${path}`, reply: z.unknown(), signal });
    },
    async test(place, { id }, signal) {
      const { path, ask } = about(place, id);
      await ask({ route: `POST ${path}/pings`, reply: z.unknown(), signal });
      return { kind: "sent" };
    },
    history: (place, id) => historyOf(about(place, id)),
  });
}
