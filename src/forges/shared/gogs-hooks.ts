import { z } from "zod";

import { usualFaults } from "./hooks.ts";

const text = z.string().nullish();

/** A webhook as Gogs tells of it, and as Gitea and Forgejo do, which grew out of it. No answer has its secret. */
export const Hook = z.object({
  id: z.int(),
  /** The forge that its deliveries are made for. */
  type: z.string(),
  active: z.boolean(),
  events: z.array(z.string()).nullish(),
  config: z.object({ url: text, content_type: text }),
  /** Gitea and Forgejo: a pattern; empty or `*` for all branches. */
  branch_filter: text,
  /** Gitea and Forgejo: what it sends as `Authorization`; newer servers do not tell. */
  authorization_header: text,
});
export type Hook = z.infer<typeof Hook>;

export const addressOf = ({ config: { url } }: Hook): string => url ?? "";

/** What is wrong with a webhook that should be of one of these types and tell of all these events. */
export function faultsAmong(
  hook: Hook,
  wanted: { readonly types: readonly string[]; readonly events: readonly string[] },
): string[] {
  return [
    ...(wanted.types.includes(hook.type) ? [] : [`is of the type ${hook.type}`]),
    ...(hook.config.content_type === "json" ? [] : ["sends as form"]),
    ...usualFaults(hook, wanted.events),
  ];
}
