import type { KeptHook } from "../core/kept-hook.ts";
import type { Connected } from "../hooks/connect.ts";
import { isWell } from "../hooks/connect.ts";
import type { Disconnected } from "../hooks/disconnect.ts";
import type { Levels } from "../hooks/place.ts";
import { placeName } from "../hooks/place.ts";
import { planOf, sentenceOf } from "../hooks/plan.ts";
import { foundText, lossesText } from "../hooks/sight.ts";
import type { Tried } from "../hooks/try.ts";
import type { HookSight } from "./hook-sights.ts";

/** What came of connecting to a forge. `advice`: what to look at where it did not go well. */
export interface Told extends Connected {
  readonly forge: string;
  readonly levels: Levels;
  readonly advice: readonly string[];
}

/** What `connect --json` prints. */
export function connectFacts({ forge, place, url, plan, before, state, tried, ...told }: Told): object {
  return {
    forge,
    level: place.level,
    name: place.name,
    url,
    action: plan.kind,
    reasons: plan.reasons,
    before: before ?? null,
    done: state !== undefined,
    ids: state?.ids ?? null,
    faults: state?.faults ?? null,
    held: state?.held ?? null,
    test: tried ?? null,
    ok: isWell({ place, url, plan, state, tried }),
    advice: told.advice,
  };
}

/** The same for a person. */
export function connectText(told: Told): string {
  const { forge, place, url, before, state, tried, levels, advice } = told;
  const lines = [`${forge}, ${placeName(place, levels)} → ${url}`, `  ${planText(told)}`];
  if (before !== undefined) {
    lines.push(
      `  It sent to ${before} before: that one ${state === undefined ? "would be" : "was"} removed.`,
    );
  }
  const left = state === undefined ? [] : planOf(state, "written").reasons;
  if (left.length > 0) lines.push(`  Something is still wrong. ${sentenceOf(left)}`);
  if (tried !== undefined) lines.push(`  ${triedText(tried)}`);
  if (advice.length > 0) lines.push("What to look at:", ...advice.map((one) => `  - ${one}`));
  return lines.join("\n");
}

function planText({ plan, state }: Connected): string {
  const done = state === undefined ? "would be" : "was";
  switch (plan.kind) {
    case "create":
      return `The webhook ${done} made.`;
    case "mend":
      return `The webhook ${done} mended. ${sentenceOf(plan.reasons)}`;
    case "nothing":
      return `The webhook is as it should be: nothing ${done} changed.`;
  }
}

/** What our own answers mean, where the forge got another one than it should. */
const ANSWERS: Readonly<Record<number, string>> = {
  0: "It got no answer.",
  401: "The server that answered has another secret: restart `forgehand serve` with this config.",
  404: "The server that answered knows no such forge, or the path is not that of Forgehand.",
  405: "The forge was sent to another address by a redirect.",
  413: "Something before Forgehand takes only small bodies.",
  503: "The store could not be written.",
};

function triedText(tried: Tried): string {
  switch (tried.kind) {
    case "arrived":
      return tried.delivery === undefined
        ? "The forge tried it, and Forgehand took what it sent."
        : `The test of the forge arrived, as delivery ${tried.delivery}.`;
    case "silent":
      return `The forge was asked to try it, but nothing arrived within ${tried.waited / 1_000} s.`;
    case "answered":
      return `The forge tried it, and it was answered with ${tried.status}. ${ANSWERS[tried.status] ?? ""}`.trim();
    case "refused":
      return `The forge would not try it. ${tried.reason}`;
    case "unsupported":
      return "The forge cannot be asked to try it: the next thing that happens there will show.";
  }
}

/** What `disconnect --json` prints. */
export function disconnectFacts(forge: string, { place, urls, removed, known }: Disconnected): object {
  return { forge, level: place.level, name: place.name, urls, removed, known };
}

/** The same for a person. */
export function disconnectText(
  forge: string,
  { place, removed, known }: Disconnected,
  { levels, dryRun }: { levels: Levels; dryRun: boolean },
): string {
  const where = `${forge}, ${placeName(place, levels)}`;
  if (removed === 0) {
    const gone = known ? " Forgehand looks after it no longer." : "";
    return `${where}: there is no webhook that sends to Forgehand.${dryRun ? "" : gone}`;
  }
  const webhooks = removed === 1 ? "webhook" : "webhooks";
  return `${where}: ${removed} ${webhooks} ${dryRun ? "would be" : removed === 1 ? "was" : "were"} removed.`;
}

/** What `connect --list --json` prints of each webhook. */
export function sightFacts({ hook, now, losses }: HookSight): object {
  return {
    forge: hook.forge,
    level: hook.place.level,
    name: hook.place.name,
    url: hook.url,
    connectedAt: hook.connectedAt,
    checkedAt: hook.checkedAt ?? null,
    found: hook.found,
    now: now ?? null,
    ...losses,
  };
}

/** The same for a person. */
export function sightText({ hook, now, losses }: HookSight): string {
  const told = [now?.message ?? `It sends to ${hook.url}.`, lossesText(losses), foundText(hook)];
  return `${MARKS[String(now?.ok)] ?? ""}${titleOf(hook)}: ${told.filter((text) => text !== "").join(" ")}`;
}

const MARKS: Readonly<Record<string, string>> = { true: "ok    ", false: "WRONG " };

const titleOf = ({ forge, place }: KeptHook): string => `${forge} ${placeName(place)}`;
