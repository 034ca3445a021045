import { z } from "zod";

import { ForgehandError } from "../../core/errors.ts";
import type { HookPlace, WantedHook, Webhooks } from "../../core/webhooks.ts";
import type { Hooks } from "../shared/hooks.ts";
import { webhooksAt } from "../shared/hooks.ts";
import { unlessGone } from "../shared/refusals.ts";
import { lostDeliveries } from "./deliveries.ts";
import { askHooks } from "./hook-calls.ts";
import type { Line } from "./line.ts";
import { at, repositoryPath } from "./place.ts";
import { Anything, NamedRepository, Project, Subscriptions } from "./replies.ts";
import type { Spot } from "./subscriptions.ts";
import { credentialsOf, isToMend, oursAmong, planOf, stateOf, WEB_HOOK, written } from "./subscriptions.ts";

const ADVICE = [
  "Azure DevOps Services reach public addresses alone, and send a password by https alone: neither localhost nor one of a private network will do.",
  "One answer other than 2xx puts a subscription on probation: it is tried again after 20 minutes and later, and what happens meanwhile is lost. Project settings, Service hooks, History shows the answer; `forgehand connect` enables it again.",
  "A subscription runs in the name of who wrote it last: where that account leaves or loses its rights, it is disabled. Let an account of Forgehand's own write it.",
  "A server of your own must trust the certificate of the address, and be let out to it by the firewall.",
];

/** Who may look after service hooks. Source: Azure DevOps docs, "Manage service hooks permissions". */
const NEEDS =
  "Service hooks are looked after by administrators of the project, or by whoever has the permissions View, Edit and " +
  "Delete subscriptions of the namespace ServiceHooks, with a token of the scopes Code (read) and Work Items (read).";

/** What a name and a password may be. Source: Azure DevOps docs, "Webhooks with Azure DevOps". */
const CREDENTIAL = /^\S{1,256}$/;

/** The service hooks that send to us: in each place one subscription for each kind of event. */
export function webhooks(line: Line): Webhooks {
  async function spotOf({ level, name }: HookPlace, signal?: AbortSignal): Promise<Spot> {
    if (level === "owner") {
      const { id } = await line.ask({ path: at`/_apis/projects/${name}`, reply: Project, signal });
      return { projectId: id };
    }
    const path = repositoryPath({ id: name, fullName: name });
    const { project, ...repository } = await line.ask({ path, reply: NamedRepository, signal });
    return { projectId: project.id, repository };
  }

  /** The subscriptions at a place that send to an address. */
  async function look(place: HookPlace, url: string, signal?: AbortSignal) {
    const spot = await spotOf(place, signal);
    return { spot, ours: await ourSubscriptions(spot, url, signal) };
  }

  async function ourSubscriptions(spot: Spot, url: string, signal?: AbortSignal) {
    const inProject = { inputId: "projectId", operator: "equals", inputValue: spot.projectId };
    const { results } = await askHooks(line, {
      method: "POST",
      path: "/subscriptionsquery",
      body: { ...WEB_HOOK, publisherInputFilters: [{ conditions: [inProject] }] },
      reply: Subscriptions,
      signal,
    });
    return oursAmong(results ?? [], spot, url);
  }

  const remove = (id: string, signal?: AbortSignal) =>
    unlessGone(
      askHooks(line, { method: "DELETE", path: at`/subscriptions/${id}`, reply: z.unknown(), signal }),
    );

  const write = (body: object, id: string | undefined, signal?: AbortSignal) =>
    askHooks(line, {
      method: id === undefined ? "POST" : "PUT",
      path: id === undefined ? "/subscriptions" : at`/subscriptions/${id}`,
      body,
      reply: Anything,
      signal,
    });

  const hooks: Hooks = {
    async inspect(place, wanted, signal) {
      const { ours } = await look(place, wanted.url, signal);
      return stateOf(planOf(ours, wanted));
    },

    async ensure(place, wanted, { renew }, signal) {
      const { spot, ours } = await look(place, wanted.url, signal);
      const plan = planOf(ours, wanted);
      const { missing, kept, extra } = plan;
      const toMend = renew ? kept : kept.filter(isToMend);
      if (missing.length + toMend.length + extra.length === 0) return stateOf(plan);
      refuseUnwritable(wanted);
      for (const kind of missing) await write(written(kind, spot, wanted), undefined, signal);
      for (const { kind, subscription } of toMend) {
        await write(written(kind, spot, wanted, subscription), subscription.id, signal);
      }
      for (const { id } of extra) await remove(id, signal);
      return stateOf(planOf(await ourSubscriptions(spot, wanted.url, signal), wanted));
    },

    async remove(place, url, signal) {
      const { ours } = await look(place, url, signal);
      let removed = 0;
      for (const { id } of ours) if (await remove(id, signal)) removed += 1;
      return removed;
    },

    async test(place, wanted, signal) {
      const { ours } = await look(place, wanted.url, signal);
      // The sample of a push says by two signs that it is one.
      const tried = ours.find(({ eventType }) => eventType === "git.push") ?? ours[0];
      if (tried === undefined) return { kind: "unsupported" };
      const { id: subscriptionId, eventType, publisherInputs, consumerInputs: inputs } = tried;
      const consumerInputs = { ...inputs, ...credentialsOf(wanted) };
      const details = { ...WEB_HOOK, eventType, publisherInputs, consumerInputs };
      await askHooks(line, {
        method: "POST",
        path: "/testnotifications",
        body: { subscriptionId, details },
        reply: Anything,
        signal,
      });
      return { kind: "sent" };
    },

    ...lostDeliveries(line, async (place, url, signal) => (await look(place, url, signal)).ours),
  };
  return webhooksAt(
    {
      repository: { word: "repository", needs: NEEDS, hooks },
      owner: { word: "project", needs: NEEDS, hooks },
    },
    ADVICE,
  );
}

function refuseUnwritable(wanted: WantedHook): void {
  if (Object.values(credentialsOf(wanted)).every((one) => CREDENTIAL.test(one))) return;
  throw new ForgehandError(
    "FORGE_REFUSED",
    "Azure DevOps takes no password with blanks or of more than 256 characters, and no user name like that: " +
      "choose another `webhookSecret`, such as what `openssl rand -hex 32` prints.",
  );
}
