import type { Webhooks } from "../../core/webhooks.ts";
import type { HookLevel } from "../shared/hooks.ts";
import { webhooksAt } from "../shared/hooks.ts";
import { appHook } from "./app-hook.ts";
import { ofOrganization, ofRepository } from "./hook-places.ts";
import { hooksAt } from "./hooks.ts";
import type { Line } from "./line.ts";

/** What an administrator must see to. Source: docs.github.com, "Troubleshooting webhooks" and "Best practices". */
const ADVICE = [
  "GitHub must reach the address: github.com comes from the internet, from the networks that `hooks` of its `/meta` lists, so a firewall has to let these in.",
  "The address needs a certificate that GitHub trusts, and must be the final one: GitHub follows no redirect.",
  "GitHub waits 10 seconds for an answer (an Enterprise Server 30) and never tries again by itself: what failed stands under Recent Deliveries of the webhook.",
];

const APP_ADVICE = [
  "An App is told only of repositories that it is installed in, and of events whose permissions the owner has accepted: see whether an installation waits for that.",
  "The webhook of an App can be switched off only on its page, and only there on again: see whether Active is set.",
];

const APP_NEEDS =
  "The webhook of an App needs no permission, but the key of the App that is registered there.";

/**
 * The webhooks of one GitHub. A token looks after those of repositories and organizations. An App has one of its own, and
 * may look after those of repositories where it was granted that beside what ours asks for.
 */
export function webhooks(line: Line): Webhooks {
  const repository = { word: "repository", hooks: hooksAt(ofRepository(line)) };
  if (line.isApp) {
    const app: HookLevel = { word: "GitHub App", hooks: appHook(line), needs: APP_NEEDS };
    const needs =
      "Webhooks of a repository need the permission `repository_hooks: write`, which the App must be given and its " +
      "installation must accept. The webhook of the App itself needs nothing of that.";
    return webhooksAt({ repository: { ...repository, needs }, system: app }, [...ADVICE, ...APP_ADVICE]);
  }
  const needs =
    "Webhooks of a repository need its role admin, and of the token the permission `Webhooks: write` " +
    "(of a classic one the scope `admin:repo_hook`, which `repo` includes).";
  const owner: HookLevel = {
    word: "organization",
    hooks: hooksAt(ofOrganization(line)),
    needs:
      "Webhooks of an organization need an owner of it, and of the token the permission " +
      "`Webhooks: write` of the organization (of a classic one the scope `admin:org_hook`).",
  };
  return webhooksAt({ repository: { ...repository, needs }, owner }, ADVICE);
}
