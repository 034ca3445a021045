import type { DeliveryHeaders } from "../../core/delivery.ts";
import type { ForgeAdapter } from "../../core/forge.ts";
import { fromEnvironment } from "./environment.ts";
import { normalise } from "./normalise.ts";
import { open } from "./open.ts";
import { withoutSecret } from "./redact.ts";
import type { GiteaSettings } from "./settings.ts";
import { settings } from "./settings.ts";
import { verify } from "./verify.ts";

/** Forgejo sends Gitea's headers beside its own, both those of Gogs and GitHub too: Gogs alone sends neither of these. */
function headerOf(headers: DeliveryHeaders, word: "event" | "delivery"): string | undefined {
  return headers[`x-forgejo-${word}`] ?? headers[`x-gitea-${word}`];
}

/** Gitea and Forgejo, which grew out of it and still speaks alike. */
export const gitea: ForgeAdapter<GiteaSettings> = {
  kind: "gitea",
  aliases: ["forgejo"],
  lacks: ["changed labels", "lost deliveries"],
  settings,
  // Neither product has a limit of its own; public servers have one in front of them, which this stays below.
  pollBudget: 3_600,
  contentTypes: ["application/json", "application/x-www-form-urlencoded"],
  paths: [],
  secretHeaders: [
    "x-forgejo-signature",
    "x-gitea-signature",
    "x-gogs-signature",
    "x-hub-signature",
    "x-hub-signature-256",
  ],
  fromEnvironment,
  // Fleet takes the headers of Gogs, which Gitea sends too.
  secretIn: (files) => files.gogs,
  recognises: ({ headers }) => headerOf(headers, "event") !== undefined,
  identify({ headers }) {
    const id = headerOf(headers, "delivery");
    return { event: headerOf(headers, "event") ?? "", id: id === "" ? undefined : id };
  },
  verify,
  normalise,
  withoutSecret,
  open,
};
