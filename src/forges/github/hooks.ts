import { z } from "zod";

import type { HookPlace } from "../../core/webhooks.ts";
import type { HookCalls, Hooks } from "../shared/hooks.ts";
import { oneHook, sendsTo } from "../shared/hooks.ts";
import { unlessGone } from "../shared/refusals.ts";
import { historyOf } from "./deliveries.ts";
import type { HookLineAt } from "./hook-places.ts";
import { configOf, see, unheard } from "./hook-shape.ts";
import { SUBSCRIPTIONS } from "./manifest.ts";
import { Hook, HookList } from "./replies.ts";

/** The webhooks of repositories, or those of organizations. */
export function hooksAt(at: HookLineAt): Hooks {
  const about = (place: HookPlace, { id }: Pick<Hook, "id">) => {
    const { path, ...line } = at(place);
    return { ...line, path: `${path}/${id}` };
  };

  async function list(place: HookPlace, signal?: AbortSignal): Promise<Hook[]> {
    const found: Hook[] = [];
    const { path, pages } = at(place);
    for await (const page of pages({ route: `GET ${path}`, reply: HookList, signal })) found.push(...page);
    return found;
  }

  const calls: HookCalls<Hook> = {
    list,
    see,
    create(place, wanted, signal) {
      const { path, ask } = at(place);
      const parameters = { name: "web", active: true, events: SUBSCRIPTIONS, config: configOf(wanted) };
      return ask({ route: `POST ${path}`, reply: Hook, parameters, signal });
    },
    /** An update that left the secret out would remove it. */
    update(place, hook, wanted, signal) {
      const { path, ask } = about(place, hook);
      const events = [...hook.events, ...unheard(hook.events)];
      const parameters = { active: true, events, config: configOf(wanted, hook.config) };
      return ask({ route: `PATCH ${path}`, reply: Hook, parameters, signal });
    },
    delete(place, hook, signal) {
      const { path, ask } = about(place, hook);
      return unlessGone(ask({ route: `DELETE ${path}`, reply: z.unknown(), signal }));
    },
  };

  const ours = async (place: HookPlace, url: string, signal?: AbortSignal) =>
    (await list(place, signal)).filter(({ config }) => sendsTo(url, config.url ?? ""));

  return {
    ...oneHook(calls),

    async test(place, { url }, signal) {
      const [hook] = await ours(place, url, signal);
      if (hook === undefined) return { kind: "unsupported" };
      const { path, ask } = about(place, hook);
      await ask({ route: `POST ${path}/pings`, reply: z.unknown(), signal });
      return { kind: "sent" };
    },

    async lost(place, url, since, signal) {
      const [hook] = await ours(place, url, signal);
      if (hook === undefined) return [];
      const lost = await historyOf(about(place, hook)).lost(since, signal);
      return lost.map((one) => ({ ...one, attempt: `${hook.id}/${one.attempt}` }));
    },

    /** Only together with the number of its webhook an attempt is found again. */
    recover(place, _url, { attempt }, signal) {
      const [hook, number] = attempt.split("/");
      return historyOf(about(place, { id: Number(hook) })).recover(Number(number), signal);
    },
  };
}
