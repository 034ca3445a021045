import type { ForgeAdapter } from "../../core/forge.ts";
import { fromEnvironment } from "./environment.ts";
import { normalise } from "./normalise.ts";
import { open } from "./open.ts";
import type { BitbucketCloudSettings } from "./settings.ts";
import { settings } from "./settings.ts";
import { verify } from "./verify.ts";

function emptyToAbsent(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** Bitbucket Cloud: bitbucket.org. Data Center has the header of the event in common and little else. */
export const bitbucketCloud: ForgeAdapter<BitbucketCloudSettings> = {
  kind: "bitbucket-cloud",
  aliases: [],
  lacks: [
    "labels",
    "labeller of an issue",
    "labeller of a pull request",
    "head refs",
    "lists of issues",
    "webhook tests",
    "lost deliveries",
    "required checks",
  ],
  settings,
  // Half of the 1,000 in a rolling hour that each account or access token has. Source: Bitbucket docs, "API request limits".
  pollBudget: 500,
  contentTypes: ["application/json"],
  paths: [],
  secretHeaders: ["x-hub-signature"],
  fromEnvironment,
  secretIn: (files) => files.bitbucket,
  // Data Center sends X-Request-Id, and neither of these.
  recognises: ({ headers }) =>
    "x-event-key" in headers && ("x-hook-uuid" in headers || "x-request-uuid" in headers),
  identify: ({ headers }) => ({
    event: headers["x-event-key"] ?? "",
    id: emptyToAbsent(headers["x-request-uuid"]),
  }),
  verify,
  normalise,
  open,
};
