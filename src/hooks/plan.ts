import type { HookState } from "../core/webhooks.ts";

/** Whether the secret of a webhook is the one that deliveries are to be proven with. `unknown`: we never wrote it. */
export type SecretState = "written" | "another" | "unknown";

/** What is to be done about a webhook. `reasons`: what is not as it should be, each ends a sentence that begins with "it". */
export interface Plan {
  readonly kind: "nothing" | "create" | "mend";
  readonly reasons: readonly string[];
  /** Whether the secret is to be written anew. */
  readonly renew: boolean;
}

/** What is to be done about a webhook that is there like this. */
export function planOf({ ids, faults, held }: HookState, secret: SecretState): Plan {
  if (ids.length === 0) return { kind: "create", reasons: ["is not there"], renew: false };
  const renew = secret !== "written";
  const reasons = [
    ...faults,
    ...(held === undefined ? [] : [`is held back by the forge (${held})`]),
    ...(renew ? [SECRETS[secret]] : []),
  ];
  return { kind: reasons.length === 0 ? "nothing" : "mend", reasons, renew };
}

const SECRETS: Readonly<Record<Exclude<SecretState, "written">, string>> = {
  another: "has another secret than the config",
  unknown: "may have another secret than the config, since Forgehand did not write it",
};

/** Reasons as a sentence: `It is switched off and lacks the event push.` */
export function sentenceOf(reasons: readonly string[]): string {
  if (reasons.length === 0) return "";
  const last = reasons.at(-1) ?? "";
  const rest = reasons.slice(0, -1).join(", ");
  return `It ${rest === "" ? last : `${rest} and ${last}`}.`;
}
