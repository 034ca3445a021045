import type { ForgeAdapter } from "../../../../src/core/forge.ts";
import { valueOf } from "../../../../src/forges/shared/environment.ts";
import { open } from "./client.ts";
import { normalise } from "./normalise.ts";
import type { ForgeboxSettings } from "./settings.ts";
import { settings } from "./settings.ts";
import { verify } from "./verify.ts";

/** Forgebox, a forge of no vendor: what a ninth kind takes. */
export const forgebox: ForgeAdapter<ForgeboxSettings> = {
  kind: "forgebox",
  aliases: [],
  lacks: [
    "labeller of an issue",
    "labeller of a pull request",
    "statuses",
    "pull requests",
    "head refs",
    "lists of issues",
    "lists of pull requests",
    "webhook tests",
    "lost deliveries",
  ],
  settings,
  pollBudget: 100,
  contentTypes: ["application/json"],
  paths: [],
  secretHeaders: ["x-forgebox-signature"],
  fromEnvironment: (environment) => {
    const token = valueOf(environment, "FORGEBOX_TOKEN");
    const webhookSecret = valueOf(environment, "FORGEBOX_WEBHOOK_SECRET");
    if (token === undefined || webhookSecret === undefined) return undefined;
    return { kind: "forgebox", url: valueOf(environment, "FORGEBOX_URL"), token, webhookSecret };
  },
  recognises: ({ headers }) => "x-forgebox-event" in headers,
  identify: ({ headers }) => ({
    event: headers["x-forgebox-event"] ?? "",
    id: headers["x-forgebox-delivery"],
  }),
  verify,
  normalise,
  open,
};
