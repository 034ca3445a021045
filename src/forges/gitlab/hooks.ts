import { z } from "zod";

import type { HookPlace, HookTrial, WantedHook } from "../../core/webhooks.ts";
import type { History, Hooks } from "../shared/hooks.ts";
import { oneHook } from "../shared/hooks.ts";
import type { AskJson } from "../shared/json-api.ts";
import { AnswerError } from "../shared/refusals.ts";
import { historyOf } from "./deliveries.ts";
import type { Switches } from "./hook-shape.ts";
import { faultsOf, heldOf, mended, newHook, SWITCHES, SYSTEM_SWITCHES } from "./hook-shape.ts";
import { Hook, HookList } from "./replies.ts";

/** What differs between the webhooks of projects, of groups and of the server. */
interface Sort {
  /** Where they are. */
  readonly path: (place: HookPlace) => string;
  readonly switches: Switches;
  readonly test: (path: string, signal?: AbortSignal) => Promise<HookTrial>;
  /** Absent where the API shows none. */
  readonly history?: (path: string) => History;
}

const PAGE_SIZE = 100;

/**
 * What a webhook is tried with: GitLab takes the newest real record and marks nothing as a test, so that a push, an issue
 * or a comment could start something. Of these we read nothing. The first needs no record; servers before 16.10 do not know
 * it. Source: GitLab docs, "Project webhooks API", and `app/services/test_hooks`.
 */
const TRIGGERS = [
  "resource_access_token_events",
  "job_events",
  "releases_events",
  "wiki_page_events",
] as const;

export function projectHooks(ask: AskJson): Hooks {
  return hooksAt(ask, ofRow(ask, "projects"));
}

export function groupHooks(ask: AskJson): Hooks {
  return hooksAt(ask, ofRow(ask, "groups"));
}

function ofRow(ask: AskJson, row: "projects" | "groups"): Sort {
  return {
    path: ({ name }) => `/${row}/${encodeURIComponent(name)}/hooks`,
    switches: SWITCHES,
    test: (path, signal) => tryOut(ask, path, signal),
    history: (path) => historyOf(ask, path),
  };
}

/** A test of a system hook tells of a project that was made up, which starts nothing. */
export function systemHooks(ask: AskJson): Hooks {
  return hooksAt(ask, {
    path: () => "/hooks",
    switches: SYSTEM_SWITCHES,
    async test(path, signal) {
      await ask({ method: "POST", path, reply: z.unknown(), signal });
      return { kind: "sent" };
    },
  });
}

function hooksAt(ask: AskJson, { path, switches, test, history }: Sort): Hooks {
  const one = (place: HookPlace, { id }: Pick<Hook, "id">) => `${path(place)}/${id}`;

  async function list(place: HookPlace, signal?: AbortSignal): Promise<Hook[]> {
    const found: Hook[] = [];
    for (let page = 1; ; page += 1) {
      const query = { page, per_page: PAGE_SIZE };
      const hooks = await ask({ path: path(place), query, reply: HookList, signal });
      found.push(...hooks);
      if (hooks.length < PAGE_SIZE) return found;
    }
  }

  /** One that GitLab gave up goes on once a test of it is answered. */
  async function update(place: HookPlace, hook: Hook, wanted: WantedHook, signal?: AbortSignal) {
    const at = one(place, hook);
    const body = mended(hook, wanted, switches);
    const now = await ask({ method: "PUT", path: at, body, reply: Hook, signal });
    if (heldOf(now) === undefined) return now;
    await test(at, signal);
    return ask({ path: at, reply: Hook, signal });
  }

  return oneHook<Hook>({
    list,
    addressOf: ({ url }) => url,
    faultsOf: (hook, wanted) => faultsOf(hook, wanted, switches),
    heldOf,
    create: (place, wanted, signal) =>
      ask({ method: "POST", path: path(place), body: newHook(wanted, switches), reply: Hook, signal }),
    update,
    delete: (place, hook, signal) =>
      ask({ method: "DELETE", path: one(place, hook), reply: z.unknown(), signal }),
    test: (place, hook, signal) => test(one(place, hook), signal),
    ...(history && { history: (place, id) => history(one(place, { id })) }),
  });
}

/** GitLab waits for our answer, and says only whether it was a success. */
async function tryOut(ask: AskJson, path: string, signal?: AbortSignal): Promise<HookTrial> {
  for (const trigger of TRIGGERS) {
    try {
      await ask({ method: "POST", path: `${path}/test/${trigger}`, reply: z.unknown(), signal });
      return { kind: "answered", status: 200 };
    } catch (error) {
      if (!(error instanceof AnswerError) || ![400, 422].includes(error.status)) throw error;
      if (error.status === 422 && !lacksRecord(error)) return { kind: "answered", status: 0 };
    }
  }
  return { kind: "unsupported" };
}

/** Whether it says that there is nothing to tell of, rather than that telling failed. */
function lacksRecord({ message }: AnswerError): boolean {
  return /: ensure|not available/i.test(message);
}
