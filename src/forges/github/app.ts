import { randomBytes } from "node:crypto";

import { pino } from "pino";
import { Probot, ProbotOctokit } from "probot";

import type { Delivery, Receive } from "../../core/delivery.ts";
import type { ForgeTools } from "../../core/forge.ts";
import { createFetch } from "../shared/http.ts";
import { writePayload } from "../shared/payload.ts";
import { EVENTS } from "./actions.ts";
import { addressesOf } from "./addresses.ts";
import { normalise } from "./normalise.ts";
import type { GitHubSettings } from "./settings.ts";

/** What a handler of Probot sees: no raw bytes and no headers. */
export interface AppEvent {
  readonly id: string;
  readonly name: string;
  readonly payload: object;
}

/** Register one handler for all that `normalise` reads. What the handler throws, the sender is told. */
export function handleEvents(app: Pick<Probot, "on">, handle: (event: AppEvent) => Promise<unknown>): void {
  app.on([...EVENTS], handle);
}

/**
 * Register Forgehand in a Probot app that has its own server (`npx probot run`): Probot verified the delivery, and the
 * answer waits for `record`. The body is written out again from the payload and marked so.
 */
export function registerHandlers(app: Pick<Probot, "on">, record: Receive, forge = "github"): void {
  handleEvents(app, (event) => {
    const delivery = rewrite(event, forge);
    return record(delivery, normalise(delivery));
  });
}

function rewrite({ id, name, payload }: AppEvent, forge: string): Delivery {
  return {
    forge,
    door: "",
    id,
    event: name,
    headers: { "content-type": "application/json", "x-github-event": name, "x-github-delivery": id },
    body: writePayload({ ...payload }),
    receivedAt: new Date(),
    rewritten: true,
  };
}

/**
 * The Probot of one GitHub forge, ready for events and calls. All its requests go through our fetch; Octokit's own
 * retries and throttling are off, since the jobs try again with patience and the fetch has limits. It prints nothing.
 */
export async function createApp(name: string, settings: GitHubSettings, tools: ForgeTools): Promise<Probot> {
  const { appId, privateKey, token, webhookSecret } = settings;
  const { log, userAgent, deadline } = tools;
  const { api } = addressesOf(settings);
  const Octokit = ProbotOctokit.defaults<typeof ProbotOctokit>((options: object) => ({
    ...options,
    userAgent,
    throttle: { enabled: false },
    retry: { enabled: false },
  }));
  // Without one Probot would take a default that everybody knows.
  const [secret = randomBytes(32).toString("hex")] = webhookSecret;
  const probot = new Probot({
    ...(token === undefined ? { appId, privateKey } : { githubToken: token }),
    secret,
    baseUrl: api,
    Octokit,
    log: pino({ level: "silent" }),
    request: {
      fetch: createFetch({ forge: name, base: api, log, deadline, limits: settings.limits }),
    },
  });
  return probot.ready();
}
