import type { z } from "zod";

import type { Allow, Automation, Concurrency } from "../../core/automation.ts";
import type { KeyVariable } from "./agent.ts";
import { toAgent } from "./agent.ts";
import { toFollowUp } from "./follow-up.ts";
import { toLimits } from "./limits.ts";
import type { onSchema } from "./on.ts";
import type { automationSchema } from "./schema.ts";

/** What the owner wrote, checked, as the rest of the program knows it. Unset secrets are left out. */
export function toAutomation(
  name: string,
  written: z.infer<typeof automationSchema>,
  environment: Readonly<Record<string, string | undefined>>,
  keyVariable: KeyVariable,
): Automation {
  const {
    on,
    status,
    secrets,
    allow,
    limits,
    concurrency,
    awx_template: awxTemplate,
    pull_request: proposal,
    follow_up: followUp,
    commit,
    run = "",
    agent = [],
    compare = [],
    publish = agent.length + compare.length > 0,
    restart = agent.length + compare.length > 0,
    ...rest
  } = written;
  const { sign_off: signOff, ...commits } = commit;
  const ready = (one: (typeof agent)[number]) => toAgent(one, environment, keyVariable);
  return {
    ...rest,
    run,
    publish,
    restart,
    agents: agent.map(ready),
    compare: compare.map(ready),
    name,
    ...triggersAndFilters(on),
    limits: toLimits(limits),
    followUp: toFollowUp(followUp),
    proposal,
    commits: { ...commits, signOff },
    ...(awxTemplate === undefined ? {} : { awxTemplate }),
    allow: toAllow(allow),
    concurrency: toConcurrency(concurrency),
    context: status.context ?? `forgehand/${name}`,
    secrets: Object.fromEntries(
      secrets.flatMap((secret) => {
        const value = environment[secret];
        return value === undefined ? [] : [[secret, value]];
      }),
    ),
  };
}

/** A permission alone is short for a map of it. */
function toAllow(written: z.infer<typeof automationSchema>["allow"]): Allow {
  if (typeof written === "string") return { permission: written, users: [], teams: [], bots: [] };
  const { permission, users, teams, bots } = written;
  return {
    users: users.map(String),
    teams,
    bots: bots.map(String),
    ...(permission === undefined ? {} : { permission }),
  };
}

/** What is not written is not there. */
function triggersAndFilters(on: z.infer<typeof onSchema>): Pick<Automation, "on" | "filters"> {
  const { branches, paths, authors, labels, title, draft, fork, if: condition, ...triggers } = on;
  const {
    label_removed: labelRemoved,
    pull_request: pullRequest,
    title_prefix: titlePrefix,
    branch_prefix: branchPrefix,
    ...same
  } = triggers;
  return {
    on: present({ ...same, labelRemoved, pullRequest, titlePrefix, branchPrefix }),
    filters: present({ branches, paths, authors, labels, title, draft, fork, condition }),
  };
}

function present<T extends object>(all: T): T {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as T;
}

function toConcurrency(written: z.infer<typeof automationSchema>["concurrency"]): Concurrency {
  if (typeof written === "string") return written;
  return { group: written.group, whenBusy: written.when_busy };
}
