import type { Webhooks } from "../../core/webhooks.ts";
import { webhooksAt } from "../shared/hooks.ts";
import type { AskJson } from "../shared/json-api.ts";
import { groupHooks, projectHooks, systemHooks } from "./hooks.ts";

/** What an administrator must see to. Source: GitLab docs, "Webhooks", "Filtering outbound requests", "Silent mode". */
const ADVICE = [
  "A self-managed GitLab sends nothing to a private network unless its administrator lets it: Admin, Settings, Network, Outbound requests, where the address can be put on the list of those that are allowed.",
  "In silent mode a GitLab sends nothing at all: Admin, Settings, General, Silent mode.",
  "GitLab waits 10 seconds for an answer. After 4 failures in a row it holds a webhook back, for a minute and then for longer, and after 40 for good: a test that is answered lets it go on, and what happened meanwhile is lost.",
  "GitLab checks the certificate of the address unless the webhook says otherwise: it must trust whoever issued it.",
  "One push to more than 3 branches or tags is told to nobody (`push_event_hooks_limit`).",
  "A system hook tells of no issues and of no comments: labels on issues need a webhook of the project or of its group.",
];

const SCOPE = "and of the token the scope `api`.";

/** The webhooks of one GitLab: of projects, of groups and of the whole server. */
export function webhooks(ask: AskJson): Webhooks {
  return webhooksAt(
    {
      repository: {
        word: "project",
        hooks: projectHooks(ask),
        needs: `Webhooks of a project need its role Maintainer ${SCOPE}`,
      },
      owner: {
        word: "group",
        hooks: groupHooks(ask),
        needs: `Webhooks of a group need its role Owner, GitLab Premium or Ultimate, ${SCOPE}`,
      },
      system: {
        word: "system hook",
        hooks: systemHooks(ask),
        needs: `System hooks need an administrator of the server ${SCOPE}`,
      },
    },
    ADVICE,
  );
}
