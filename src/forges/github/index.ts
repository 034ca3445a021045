import type { ForgeAdapter } from "../../core/forge.ts";
import { fromEnvironment } from "./environment.ts";
import { normalise } from "./normalise.ts";
import type { GitHubSettings } from "./settings.ts";
import { settings } from "./settings.ts";
import { createSetUp } from "./setup.ts";
import { verify } from "./verify.ts";

/** Forges that copied GitHub's headers and send their own beside them. */
const OTHERS = ["x-forgejo-event", "x-gitea-event", "x-gogs-event"];

function emptyToAbsent(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** GitHub: github.com, Enterprise Cloud and Enterprise Server, by a real Probot app. */
export const github: ForgeAdapter<GitHubSettings> = {
  kind: "github",
  aliases: [],
  lacks: [],
  settings,
  // Half of what a token or an installation has at least. Source: docs.github.com, "Rate limits for the REST API".
  pollBudget: 2_500,
  contentTypes: ["application/json", "application/x-www-form-urlencoded"],
  paths: ["/api/github/webhooks", "/webhook/github"],
  secretHeaders: ["x-hub-signature", "x-hub-signature-256"],
  fromEnvironment,
  secretIn: (files) => files.github,
  recognises: ({ headers }) => "x-github-event" in headers && !OTHERS.some((other) => other in headers),
  identify: ({ headers }) => ({
    event: headers["x-github-event"] ?? "",
    id: emptyToAbsent(headers["x-github-delivery"]),
  }),
  verify,
  normalise,
  async open(name, given, tools) {
    // Probot and Octokit are large: what talks to no forge starts without them.
    const { open } = await import("./open.ts");
    return open(name, given, tools);
  },
  setUp: createSetUp(process.env),
};
