import { z } from "zod";

import { ForgehandError } from "../../core/errors.ts";
import type { ForgeSetUp } from "../../core/forge.ts";
import { errorOf, readAnswer } from "../shared/answers.ts";
import { createFetch } from "../shared/http.ts";
import { addressesOf } from "./addresses.ts";
import { serverOf } from "./environment.ts";
import { manifestOf } from "./manifest.ts";

/** Source: docs.github.com, "Create a GitHub App from a manifest". */
const Registration = z.object({
  id: z.int(),
  pem: z.string().min(1),
  webhook_secret: z.string().min(1),
  html_url: z.string(),
});

const PATH = "/probot";

/**
 * The registration of a GitHub App by its manifest: a page of ours posts it to GitHub, GitHub sends the person back
 * with a code, and the code is exchanged for number, key and secret. `GHE_HOST` names an Enterprise Server and `GH_ORG`
 * an organization, as they do for Probot.
 */
export function createSetUp(environment: Readonly<Record<string, string | undefined>>): ForgeSetUp {
  const { api, git: web } = addressesOf({ url: serverOf(environment) });
  const organization = environment.GH_ORG;
  const owner = organization ? `/organizations/${encodeURIComponent(organization)}` : "";
  const forge = new URL(web).host;

  return {
    path: PATH,

    page({ baseUrl, webhookUrl, state }) {
      const action = `${web}${owner}/settings/apps/new?state=${encodeURIComponent(state)}`;
      const manifest = JSON.stringify(manifestOf({ baseUrl, webhookUrl, path: PATH }));
      return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Forgehand: register a GitHub App</title>
<h1>Register a GitHub App</h1>
<p>GitHub asks for a name, makes the App with the rights that Forgehand needs and no more, and sends you back here.</p>
<form action="${escape(action)}" method="post">
<input type="hidden" name="manifest" value="${escape(manifest)}">
<button type="submit">Register at ${escape(forge)}</button>
</form>
</html>
`;
    },

    async complete({ code = "" }, { log, userAgent, deadline }) {
      if (!/^[A-Za-z0-9_-]{8,200}$/.test(code)) {
        const message =
          "GitHub sent no usable code back, so there is no App to take over: begin again at the first page.";
        throw new ForgehandError("FORGE_REFUSED", message);
      }
      const ask = createFetch({ forge, base: api, log, deadline });
      const request = "POST /app-manifests/{code}/conversions";
      const answer = await ask(`${api}/app-manifests/${code}/conversions`, {
        method: "POST",
        headers: { accept: "application/vnd.github+json", "user-agent": userAgent },
      });
      const text = await answer.text();
      if (!answer.ok) {
        const { status } = answer;
        throw errorOf(forge, { status, headers: Object.fromEntries(answer.headers), message: "", request });
      }
      const app = readAnswer(forge, Registration, jsonOf(text), request);
      return {
        environment: {
          APP_ID: String(app.id),
          PRIVATE_KEY: app.pem,
          WEBHOOK_SECRET: app.webhook_secret,
        },
        next: installPage(app.html_url, web),
      };
    },
  };
}

/** Where the App is installed in repositories: on the forge's own pages, whatever the answer says. */
function installPage(page: string, web: string): string {
  const url = URL.parse(page);
  const own = url !== null && url.origin === new URL(web).origin;
  return own ? `${url.origin}${url.pathname}/installations/new` : `${web}/settings/apps`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
