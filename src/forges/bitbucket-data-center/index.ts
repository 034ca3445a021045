import type { ForgeAdapter } from "../../core/forge.ts";
import { fromEnvironment } from "./environment.ts";
import { normalise } from "./normalise.ts";
import { open } from "./open.ts";
import { isPing } from "./ping.ts";
import type { BitbucketDataCenterSettings } from "./settings.ts";
import { settings } from "./settings.ts";
import { verify } from "./verify.ts";

/** Headers of Bitbucket Cloud. A proxy may add `X-Request-Id` to anything, so that is no sign of Data Center. */
const CLOUD = ["x-hook-uuid", "x-request-uuid"];

function emptyToAbsent(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** Bitbucket Data Center, and Server before it: 7.x and later. */
export const bitbucketDataCenter: ForgeAdapter<BitbucketDataCenterSettings> = {
  kind: "bitbucket-data-center",
  aliases: ["bitbucket-server", "bitbucket_dc"],
  lacks: [
    "issues",
    "labels",
    "labeller of an issue",
    "labeller of a pull request",
    "lists of issues",
    "checks",
  ],
  settings,
  // One a second, where an account may ask for 5 by default, once limits are switched on. Source: Bitbucket Data Center
  // docs, "Improving instance stability with rate limiting".
  pollBudget: 3_600,
  contentTypes: ["application/json"],
  paths: [],
  secretHeaders: ["x-hub-signature", "authorization"],
  fromEnvironment,
  secretIn: (files) => files["bitbucket-server"],
  recognises: ({ headers }) => "x-event-key" in headers && !CLOUD.some((other) => other in headers),
  identify: ({ headers }) => ({
    event: headers["x-event-key"] ?? "",
    id: emptyToAbsent(headers["x-request-id"]),
  }),
  isPing,
  verify,
  normalise,
  open,
};
