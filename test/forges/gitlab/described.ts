import { problemsBy } from "../../support/description.ts";

/** Lists that the description has as arrays; the server takes a text with commas, which is what gitbeaker sends. */
const LISTS = ["add_labels", "remove_labels"];

/** It has no events of labels and nothing of groups, and of webhooks a number where GitLab takes a path as well. */
const LEFT_OUT =
  /^GET \S+\/(?:issues|merge_requests)\/\d+\/resource_label_events$|\/api\/v4\/groups\/|\/hooks\/\d+\/(?:events|test)\b/;

/** What GitLab's own description has against a request. */
export const problemsOf = problemsBy({
  files: ["gitlab.json"],
  base: "",
  leftOut: LEFT_OUT,
  inItsWords: ({ path, body, ...request }) => ({
    ...request,
    path: path.slice(path.indexOf("/api/v4")),
    body: body === undefined ? undefined : inItsMembers(body as Record<string, unknown>),
  }),
});

/** The description is older than the tokens of GitLab 19 that sign. */
const YOUNGER = ["signing_token"];

function inItsMembers(body: Record<string, unknown>): Record<string, unknown> {
  const split = (name: string, value: unknown) =>
    LISTS.includes(name) && typeof value === "string" ? value.split(",") : value;
  const members = Object.entries(body).filter(([name]) => !YOUNGER.includes(name));
  return Object.fromEntries(members.map(([name, value]) => [name, split(name, value)]));
}
