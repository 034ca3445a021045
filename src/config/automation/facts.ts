import type { Environment } from "@marcbachmann/cel-js";

import type { ConditionFacts } from "../../core/automation.ts";
import type { Issue, PullRequest } from "../../core/event.ts";

/** Characters of a text and members of a list that an expression sees: what is longer is cut. */
const LONGEST_TEXT = 65_536;
const LONGEST_LIST = 100;

const actor = { id: "string", login: "string", bot: "bool" };
const repo = { id: "string", fullName: "string", defaultBranch: "string" };
const issue = {
  number: "int",
  title: "string",
  body: "string",
  state: "string",
  labels: "list<string>",
  url: "string",
  author: actor,
};

/** The event as `event.json` has it. What an event has not is absent: `has(event.issue)` asks for it. */
const event = {
  kind: "string",
  action: "string",
  repo,
  actor,
  confidential: "bool",
  label: "string",
  assignee: actor,
  issue,
  pullRequest: {
    ...issue,
    source: { branch: "string", repo: "string" },
    target: { branch: "string" },
    headSha: "string",
    fork: "bool",
    draft: "bool",
  },
  ref: "string",
  before: "string",
  after: "string",
  comment: { id: "string", body: "string", url: "string" },
  review: { id: "string", state: "string", body: "string", url: "string" },
  check: { name: "string", state: "string", sha: "string", description: "string", url: "string" },
  branch: "string",
  automation: "string",
  at: "string",
  id: "string",
  inputs: "map<string, string>",
};

/** Tell an environment what an expression may speak of, with the types that are checked before anything happens. */
export function declareFacts(environment: Environment): Environment {
  return environment
    .registerVariable({ name: "event", schema: event })
    .registerVariable({ name: "repo", schema: repo })
    .registerVariable({ name: "actor", schema: actor })
    .registerVariable("forge", "string")
    .registerVariable("title", "string")
    .registerVariable("labels", "list<string>")
    .registerVariable("author", "string")
    .registerVariable("branch", "string")
    .registerVariable("draft", "bool")
    .registerVariable("fork", "bool");
}

/** What an expression is told of an event. The short names are there for every event: empty or false where it has none. */
export function factsOf({ event, forge }: ConditionFacts): Record<string, unknown> {
  const pullRequest = "pullRequest" in event ? event.pullRequest : undefined;
  const thread: Issue | PullRequest | undefined = pullRequest ?? ("issue" in event ? event.issue : undefined);
  return plain({
    event,
    forge,
    repo: event.repo,
    actor: event.actor,
    title: thread?.title ?? "",
    labels: thread?.labels ?? [],
    author: (thread?.author ?? event.actor).login,
    branch: pullRequest?.target?.branch ?? branchOf(event) ?? "",
    draft: pullRequest?.draft ?? false,
    fork: pullRequest?.fork ?? false,
  }) as Record<string, unknown>;
}

function branchOf(event: ConditionFacts["event"]): string | undefined {
  if (event.kind === "push") return event.ref.replace(/^refs\/heads\//, "");
  return event.kind === "check" ? event.branch : undefined;
}

/** Values as CEL has them: whole numbers are `bigint`, and what is not there is left out. */
function plain(value: unknown): unknown {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value === "string") return value.slice(0, LONGEST_TEXT);
  if (Array.isArray(value)) return value.slice(0, LONGEST_LIST).map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
      inner === undefined || inner === null ? [] : [[name, plain(inner)]],
    ),
  );
}
