import { createHmac } from "node:crypto";
import { createRequire } from "node:module";

import type { Sender } from "../payloads.ts";
import { fill, SERIAL } from "./fill.ts";

type Subject = Record<string, unknown> & { labels: unknown[] };
type Payload = Record<string, unknown> & { action?: string; issue?: Subject; pull_request?: Subject };

const LABEL = { id: 1, name: "coding agent", color: "ededed", default: false };
const ACTIONS: Readonly<Record<string, string>> = { issues: "labeled", pull_request: "opened" };

/** GitHub, by the examples of its own making. */
export const github: Sender = {
  path: "/api/github/webhooks",

  template({ event, bytes }) {
    const examples = createRequire(import.meta.url)("@octokit/webhooks-examples") as {
      name: string;
      examples: Payload[];
    }[];
    const example = examples
      .find(({ name }) => name === event)
      ?.examples.find(({ action }) => action === ACTIONS[event]);
    const subject = example?.issue ?? example?.pull_request;
    if (example === undefined || subject === undefined) throw new Error(`there is no example of ${event}`);
    Object.assign(subject, { id: Number(SERIAL), labels: [LABEL] });
    if (event === "issues") Object.assign(example, { label: LABEL });
    return fill(bytes, (body) => ({
      ...example,
      [example.issue ? "issue" : "pull_request"]: { ...subject, body },
    }));
  },

  headers: (event, id, body, { github: secret }) => ({
    "User-Agent": "GitHub-Hookshot/bench",
    "X-GitHub-Event": event,
    "X-GitHub-Delivery": id,
    "X-GitHub-Hook-ID": "1",
    "X-GitHub-Hook-Installation-Target-ID": "1",
    "X-GitHub-Hook-Installation-Target-Type": "repository",
    "X-Hub-Signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
  }),
};
