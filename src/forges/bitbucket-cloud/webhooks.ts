import { z } from "zod";

import type { HookPlace, WantedHook, Webhooks } from "../../core/webhooks.ts";
import { oneHook, usualFaults, webhooksAt } from "../shared/hooks.ts";
import type { JsonCall } from "../shared/json-api.ts";
import type { Line } from "./line.ts";
import { pathOf } from "./line.ts";
import { EVENTS } from "./normalise.ts";
import * as replies from "./replies.ts";

const NEEDS =
  "The credentials lack a right for this: grant the scope `webhook` (to an API token `read:webhook:bitbucket`, `write:webhook:bitbucket` and " +
  "`delete:webhook:bitbucket`), and let the token's account be an administrator of the repository or the workspace.";

/** Source: Bitbucket Cloud docs, "Manage webhooks". */
const ADVICE = [
  "Bitbucket Cloud sends to public addresses alone: the name in the address must resolve to one, and the internet must reach it.",
  "Let the address ranges that Atlassian publishes through a firewall in front of Forgehand.",
  "The certificate must be one that the world trusts, unless the webhook is told to skip its check.",
  'Switch the history of the webhook on, in the settings under Webhooks: "View requests" then shows what was sent and how it was answered.',
  "What is larger than 256 KB is never sent, and nobody is told: Forgehand finds such a change when it polls.",
];

/**
 * The webhooks of a repository or a workspace. Bitbucket can neither try one nor tell what it could not bring. Source:
 * Bitbucket Cloud docs, REST API, "Webhooks".
 */
export function webhooks(line: Line): Webhooks {
  /** What came of it, the list shows. */
  async function write(call: Omit<JsonCall<unknown>, "reply">): Promise<undefined> {
    await line.ask({ ...call, reply: z.unknown() });
  }

  const hooks = oneHook<replies.Hook & { readonly id: string }>({
    async list(place, signal) {
      const found: replies.Hook[] = [];
      const pages = line.pages({ path: pathFor(place), reply: replies.Hook, signal });
      for await (const page of pages) found.push(...page);
      return found.map((hook) => ({ ...hook, id: hook.uuid }));
    },

    addressOf: ({ url }) => url,
    faultsOf,

    create: (place, wanted, signal) =>
      write({
        method: "POST",
        path: pathFor(place),
        body: { description: "Forgehand", url: wanted.url, ...wholeOf(wanted) },
        signal,
      }),

    update: (place, { id, url, description }, wanted, signal) =>
      write({
        method: "PUT",
        path: pathFor(place, id),
        body: { description: description ?? "Forgehand", url, ...wholeOf(wanted) },
        signal,
      }),

    delete: (place, { id }, signal) => write({ method: "DELETE", path: pathFor(place, id), signal }),
  });
  return webhooksAt(
    {
      repository: { word: "repository", needs: NEEDS, hooks },
      owner: { word: "workspace", needs: NEEDS, hooks },
    },
    ADVICE,
  );
}

/** Left out, a secret would stay as it is: it is written each time, so that none stays that is not ours. */
function wholeOf({ secret }: WantedHook) {
  return { active: true, events: EVENTS, secret };
}

function faultsOf(hook: replies.Hook): string[] {
  return [...usualFaults(hook, EVENTS), ...(hook.secret_set === false ? ["has no secret"] : [])];
}

/** Where the webhooks of a place are, or one of them. */
function pathFor({ level, name }: HookPlace, id?: string): string {
  const hooks =
    level === "owner"
      ? `/workspaces/${encodeURIComponent(name)}/hooks`
      : `${pathOf({ id: name.slice(name.indexOf("/") + 1), fullName: name })}/hooks`;
  return id === undefined ? hooks : `${hooks}/${encodeURIComponent(id)}`;
}
