import type { HookPlace } from "../../src/core/webhooks.ts";
import type { StandingHook } from "./hooks.ts";
import type { State } from "./state.ts";
import { nextId } from "./state.ts";

/** The webhooks that hang at one place, oldest first. */
export function hooksAt({ hooks }: State, { level, name }: HookPlace): StandingHook[] {
  return hooks.filter(({ place }) => place.level === level && place.name === name);
}

/** Hang one up. */
export function addHook(state: State, hook: Omit<StandingHook, "id" | "attempts">): StandingHook {
  const standing = { ...hook, id: nextId(state), attempts: [] };
  state.hooks.push(standing);
  return standing;
}

/** Take one down. */
export function dropHook({ hooks }: State, hook: StandingHook): void {
  hooks.splice(hooks.indexOf(hook), 1);
}
