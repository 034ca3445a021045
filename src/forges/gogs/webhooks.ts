import { z } from "zod";

import type { HookPlace, Webhooks } from "../../core/webhooks.ts";
import { addressOf, faultsAmong, Hook } from "../shared/gogs-hooks.ts";
import { oneHook, webhooksAt } from "../shared/hooks.ts";
import type { Line } from "./line.ts";

/** What a webhook tells of: what `normalise.ts` reads. */
const EVENTS = ["push", "create", "delete", "issues", "issue_comment", "pull_request"];

const NEEDS = "It takes an administrator of the repository.";

const ADVICE = [
  "Gogs sends nothing to loopback and private networks unless `LOCAL_NETWORK_ALLOWLIST`, in the section `[security]` of its `app.ini`, names Forgehand's host; a name that it cannot look up counts as one of those. What was held back so is sent late, beside the next delivery of the repository.",
  "Gogs must trust the certificate of Forgehand's address (`SKIP_TLS_VERIFY` would hold for all of its webhooks), and follows no redirect: the address must answer itself.",
  "Gogs waits 15 seconds for an answer, makes one delivery after the other for the whole server and never sends again by itself: what failed stands on the webhook's page, with the reason, and can be sent again there.",
  "A webhook can only be tried by the button on its page.",
];

/** The webhooks of a repository. Those of an organisation are made in its pages alone: no API knows of them. */
export function webhooks(line: Line): Webhooks {
  const hooks = oneHook<Hook>({
    list: (place, signal) => line.ask(repoOf(place), { path: "/hooks", reply: z.array(Hook), signal }),
    addressOf,
    faultsOf: (hook) => faultsAmong(hook, { types: ["gogs"], events: EVENTS }),

    /** One is switched off unless it is said to be on. */
    create(place, { url, secret }, signal) {
      const config = { url, content_type: "json", secret };
      const body = { type: "gogs", active: true, events: EVENTS, config };
      return line.ask(repoOf(place), { method: "POST", path: "/hooks", body, reply: Hook, signal });
    },

    delete: (place, { id }, signal) =>
      line.ask(repoOf(place), { method: "DELETE", path: `/hooks/${id}`, reply: z.undefined(), signal }),
  });
  return webhooksAt({ repository: { word: "repository", needs: NEEDS, hooks } }, ADVICE);
}

const repoOf = ({ name }: HookPlace) => ({ fullName: name });
