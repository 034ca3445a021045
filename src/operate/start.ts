import { randomUUID } from "node:crypto";

import type { Automation } from "../core/automation.ts";
import { serves } from "../core/automation.ts";
import { MANUAL_DOOR } from "../core/delivery.ts";
import { ForgehandError } from "../core/errors.ts";
import type { ManualEvent, Repo } from "../core/event.ts";
import { OPERATOR } from "../core/event.ts";
import { findingOf } from "../core/finding.ts";
import type { Forge } from "../core/forge.ts";
import type { Store } from "../core/store.ts";
import type { Order } from "./order.ts";

/** What it takes to start an automation by hand. */
export interface StartTools {
  readonly store: Pick<Store, "change" | "deliveryKey">;
  readonly automations: readonly Automation[];
  /** Names of the configured forges. */
  readonly forges: readonly string[];
  /** Do something with the forge of a name. */
  readonly withForge: <Result>(name: string, work: (forge: Forge) => Promise<Result>) => Promise<Result>;
}

/** The delivery that makes the run; `duplicate`: it was asked for by that id before. */
export interface Started {
  readonly delivery: string;
  readonly recorded: "recorded" | "duplicate";
}

/**
 * Start an automation by hand: looks up what it shall run on and keeps a finding, which a worker matches as any other.
 * Throws NOT_FOUND and CONFIG_INVALID for what is not there or not clear, and what the forge throws.
 */
export async function startByHand(tools: StartTools, order: Order, signal: AbortSignal): Promise<Started> {
  const automation = tools.automations.find(({ name }) => name === order.automation);
  if (automation === undefined) {
    const known = tools.automations.map(({ name }) => name).join(", ");
    throw new ForgehandError(
      "NOT_FOUND",
      `There is no automation of that name; there ${known === "" ? "is none" : `are: ${known}`}.`,
    );
  }
  const name = order.forge ?? onlyForge(automation, tools.forges);
  if (!tools.forges.includes(name)) {
    throw new ForgehandError(
      "NOT_FOUND",
      `There is no forge of that name; there are: ${tools.forges.join(", ")}.`,
    );
  }
  return tools.withForge(name, async (forge) => {
    const repo = await forge.repository(order.repository, signal);
    const event = await eventOf(forge, repo, order, signal);
    const id = JSON.stringify([automation.name, repo.id, event.id]);
    const arrival = findingOf({ forge: name, door: MANUAL_DOOR, id, receivedAt: new Date() }, [event]);
    const recorded = await tools.store.change((transaction) => transaction.keepFinding(arrival));
    return { delivery: (await tools.store.deliveryKey(arrival.delivery)) ?? "", recorded };
  });
}

/** The one forge that can be meant. */
function onlyForge(automation: Automation, configured: readonly string[]): string {
  const { name } = automation;
  const served = configured.filter((one) => serves(automation, one));
  const [only, ...others] = served;
  if (only !== undefined && others.length === 0) return only;
  const message =
    only === undefined
      ? `The automation ${name} serves none of the configured forges.`
      : `Say on which forge: ${served.join(", ")}.`;
  throw new ForgehandError("CONFIG_INVALID", message);
}

async function eventOf(forge: Forge, repo: Repo, order: Order, signal: AbortSignal): Promise<ManualEvent> {
  const { automation, inputs, id = randomUUID() } = order;
  const begun = { kind: "manual", action: "started", repo, actor: OPERATOR, automation, id } as const;
  const event = inputs === undefined ? begun : { ...begun, inputs };
  if (order.pullRequest !== undefined) {
    return { ...event, pullRequest: await forge.pullRequest(repo, order.pullRequest, signal) };
  }
  if (order.issue !== undefined) {
    const issue = await forge.issue(repo, order.issue, signal);
    if (issue !== "unsupported") return { ...event, issue };
    throw new ForgehandError(
      "CONFIG_INVALID",
      `Forgehand cannot ask ${forge.name} for one issue. Start it by its label or by a comment there.`,
    );
  }
  return { ...event, ...refOf(order.ref) };
}

/** A whole commit id names a commit; anything else a ref, and without a beginning of its own a branch. */
function refOf(ref: string | undefined): Pick<ManualEvent, "ref" | "after"> {
  if (ref === undefined) return {};
  if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(ref)) return { after: ref };
  return { ref: ref.startsWith("refs/") ? ref : `refs/heads/${ref}` };
}
