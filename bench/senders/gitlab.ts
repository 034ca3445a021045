import { createHmac } from "node:crypto";

import type { Sender } from "../payloads.ts";
import { fill, SERIAL } from "./fill.ts";

const PROJECT = {
  id: 7,
  name: "Lighthouse",
  path_with_namespace: "harbour/lighthouse",
  default_branch: "main",
  web_url: "https://gitlab.example.com/harbour/lighthouse",
  git_http_url: "https://gitlab.example.com/harbour/lighthouse.git",
  visibility_level: 0,
};
const USER = { id: 5101, name: "Mira", username: "mira", email: "[REDACTED]" };
const LABEL = { id: 1, title: "coding agent", color: "#ededed", type: "ProjectLabel", project_id: 7 };
const SHA = "a".repeat(40);

const SUBJECT = {
  id: Number(SERIAL),
  iid: 12,
  title: "The lamp turns the wrong way",
  state: "opened",
  author_id: USER.id,
  labels: [LABEL],
  created_at: "2026-10-01 08:00:00 UTC",
  updated_at: "2026-10-01 08:05:00 UTC",
};

const ISSUE = {
  object_kind: "issue",
  event_type: "issue",
  attributes: { ...SUBJECT, type: "Issue", confidential: false, action: "update" },
  changes: { labels: { previous: [], current: [LABEL] } },
};

const MERGE_REQUEST = {
  object_kind: "merge_request",
  event_type: "merge_request",
  attributes: {
    ...SUBJECT,
    action: "open",
    draft: false,
    source_branch: "turn-clockwise",
    target_branch: "main",
    source_project_id: PROJECT.id,
    target_project_id: PROJECT.id,
    source: PROJECT,
    target: PROJECT,
    last_commit: { id: SHA, message: "Turn clockwise", timestamp: "2026-10-01T08:00:00Z" },
  },
  changes: {},
};

/** GitLab, with a signing token as its release 19 has it. */
export const gitlab: Sender = {
  path: "/webhook/gitlab",

  template({ event, bytes }) {
    const { attributes, ...kind } = event === "Issue Hook" ? ISSUE : MERGE_REQUEST;
    return fill(bytes, (description) => ({
      ...kind,
      user: USER,
      project: PROJECT,
      object_attributes: { ...attributes, description },
      labels: [LABEL],
    }));
  },

  headers(event, id, body, { gitlab: secret }) {
    const time = String(Math.floor(Date.now() / 1_000));
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    const digest = createHmac("sha256", key).update(`${id}.${time}.`).update(body).digest("base64");
    return {
      "User-Agent": "GitLab/19.0.0",
      "X-Gitlab-Event": event,
      "X-Gitlab-Instance": "https://gitlab.example.com",
      "Idempotency-Key": id,
      "webhook-id": id,
      "webhook-timestamp": time,
      "webhook-signature": `v1,${digest}`,
    };
  },
};
