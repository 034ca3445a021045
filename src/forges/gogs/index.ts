import type { DeliveryHeaders } from "../../core/delivery.ts";
import type { ForgeAdapter } from "../../core/forge.ts";
import { fromEnvironment } from "./environment.ts";
import { normalise } from "./normalise.ts";
import { open } from "./open.ts";
import type { GogsSettings } from "./settings.ts";
import { settings } from "./settings.ts";
import { verify } from "./verify.ts";

/** Forges that grew out of Gogs send its headers beside their own. */
const OTHERS = ["x-forgejo-event", "x-gitea-event"];

/** The id of a delivery, kept when somebody sends it again. Old servers send none. */
function idOf({ "x-gogs-delivery": id = "" }: DeliveryHeaders): string | undefined {
  return id === "" ? undefined : id;
}

/** Gogs, from 0.11 on. Its API knows no statuses, no pull requests and not who set a label. */
export const gogs: ForgeAdapter<GogsSettings> = {
  kind: "gogs",
  aliases: [],
  lacks: [
    "changed labels",
    "labeller of an issue",
    "labeller of a pull request",
    "statuses",
    "pull requests",
    "webhook tests",
    "lost deliveries",
    "reviews",
    "checks",
    "reviewers",
    "required checks",
  ],
  settings,
  // Gogs has no limit of its own, but often a small machine, which one request in two seconds leaves alone.
  pollBudget: 1_800,
  contentTypes: ["application/json", "application/x-www-form-urlencoded"],
  paths: [],
  secretHeaders: ["x-gogs-signature"],
  fromEnvironment,
  secretIn: (files) => files.gogs,
  recognises: ({ headers }) => "x-gogs-event" in headers && !OTHERS.some((other) => other in headers),
  identify: ({ headers }) => ({ event: headers["x-gogs-event"] ?? "", id: idOf(headers) }),
  verify,
  normalise,
  open,
};
