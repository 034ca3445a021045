import { z } from "zod";

import type { HookPlace, Webhooks } from "../../core/webhooks.ts";
import { taking } from "../shared/refusals.ts";
import type { HookHands } from "../shared/sole-hook.ts";
import { faultsAmong, Hook, soleHook } from "../shared/sole-hook.ts";
import type { Line } from "./line.ts";

/** What a webhook tells of: what `normalise.ts` reads. */
const EVENTS = ["push", "create", "delete", "issues", "issue_comment", "pull_request"];

const RIGHT = "an administrator of the repository";

const ADVICE = [
  "Gogs sends nothing to loopback and private networks unless `LOCAL_NETWORK_ALLOWLIST`, in the section `[security]` of its `app.ini`, names Forgehand's host; a name that it cannot look up counts as one of those. What was held back so is sent late, beside the next delivery of the repository.",
  "Gogs must trust the certificate of Forgehand's address (`SKIP_TLS_VERIFY` would hold for all of its webhooks), and follows no redirect: the address must answer itself.",
  "Gogs waits 15 seconds for an answer, makes one delivery after the other for the whole server and never sends again by itself: what failed stands on the webhook's page, with the reason, and can be sent again there.",
  "A webhook can only be tried by the button on its page.",
];

/** The webhooks of a repository. Those of an organisation are made in its pages alone: no API knows of them. */
export function webhooks(line: Line): Webhooks {
  return {
    levels: { repository: "repository" },
    advice: ADVICE,
    ...soleHook({ at: (place, signal) => handsAt(line, place, signal), faultsOf }),
    test: () => Promise.resolve({ kind: "unsupported" }),
  };
}

function handsAt(line: Line, { name }: HookPlace, signal: AbortSignal | undefined): HookHands {
  const repo = { fullName: name };
  const path = "/hooks";
  return {
    list: () => taking(RIGHT, line.ask(repo, { path, reply: z.array(Hook), signal })),

    /** One is switched off unless it is said to be on. */
    create({ url, secret }) {
      const config = { url, content_type: "json", secret };
      const body = { type: "gogs", active: true, events: EVENTS, config };
      return taking(RIGHT, line.ask(repo, { method: "POST", path, body, reply: Hook, signal }));
    },

    remove: ({ id }) =>
      taking(
        RIGHT,
        line.ask(repo, { method: "DELETE", path: `${path}/${id}`, reply: z.undefined(), signal }),
      ),
  };
}

function faultsOf(hook: Hook): string[] {
  return faultsAmong(hook, { types: ["gogs"], events: EVENTS });
}
