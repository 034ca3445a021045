import type { Ability, Forge } from "../../src/core/forge.ts";
import type { Level } from "../../src/core/webhooks.ts";
import { LEVELS } from "../../src/core/webhooks.ts";
import type { Column, Row } from "./row.ts";
import { NO, YES, yesIf } from "./row.ts";

/** What the contract suites ask of every forge, without a way out. */
const everywhere = (what: string): Row => ({ what, cell: () => YES });

/** What the contract suites ask of a forge that does not say that it lacks one of these. */
const needs = (what: string, ...abilities: readonly Ability[]): Row => ({
  what,
  cell: ({ adapter: { lacks } }) => yesIf(!abilities.some((ability) => lacks.includes(ability))),
});

/** What only some clients have a method for. */
const method = (what: string, has: (forge: Column["forge"]) => boolean): Row => ({
  what,
  cell: ({ forge }) => yesIf(has(forge)),
});

const SPANS: Readonly<Record<Level, string>> = {
  repository: "of one repository",
  owner: "of all repositories of an owner",
  system: "of the whole server",
};

/** The forge's own word for each level that its webhooks hang at. */
const levels: readonly Row[] = LEVELS.map((level) => ({
  what: `Looks after webhooks ${SPANS[level]}`,
  cell: ({ forge }) => forge.webhooks.levels[level] ?? NO,
}));

/** The rows of each member of the port. A new member has none until somebody says here what it is good for. */
const MEMBERS = {
  name: [],
  kind: [],
  self: [everywhere("Knows the account that we write as")],
  missingRights: [everywhere("Names rights that we lack, as far as the forge tells")],
  permission: [everywhere("Knows what an account may do")],
  upsertComment: [everywhere("Keeps one comment up to date")],
  changeLabels: [needs("Sets and removes labels", "labels")],
  whoLabelled: [
    needs("Knows who set a label on an issue", "issues", "labels", "labeller of an issue"),
    needs("Knows who set a label on a pull request", "labels", "labeller of a pull request"),
  ],
  setStatus: [needs("Shows statuses of a commit", "statuses")],
  pullRequest: [everywhere("Reads a pull request with its head")],
  findPullRequest: [needs("Finds the pull request of our branch", "pull requests")],
  openPullRequest: [needs("Opens pull requests, drafts too", "pull requests")],
  compareUrl: [everywhere("Links to a page to open one from")],
  issue: [needs("Reads an issue", "issues")],
  conversation: [everywhere("Reads comments")],
  isMember: [needs("Knows who belongs to a team", "teams")],
  requestReview: [needs("Asks people for a review", "reviewers")],
  requiredChecks: [needs("Knows the checks that a branch requires", "required checks")],
  closingReference: [needs("Closes an issue by a pull request", "issues", "pull requests")],
  repository: [everywhere("Finds a repository by its name")],
  installedRepositories: [
    method("Lists repositories that we were let into", (forge) => forge.installedRepositories !== undefined),
  ],
  defaultBranch: [everywhere("Knows the default branch")],
  readFile: [everywhere("Reads a file at a ref")],
  gitUrl: [everywhere("Clones and pushes by git")],
  gitCredentials: [everywhere("Has credentials for git")],
  pullRequestRef: [needs("Fetches heads of forks by a ref", "head refs")],
  refreshPullRequestRef: [
    method("Is asked to bring that ref up to date", (forge) => forge.refreshPullRequestRef !== undefined),
  ],
  listings: [
    needs("Lists open issues", "issues", "lists of issues"),
    needs("Lists open pull requests", "lists of pull requests"),
    everywhere("Lists branches"),
  ],
  webhooks: [
    ...levels,
    needs("Has a webhook tried", "webhook tests"),
    needs("Lists deliveries that were lost", "lost deliveries"),
  ],
} satisfies Readonly<Record<keyof Forge, readonly Row[]>>;

/** What the forge itself has, and how it sends. */
const FORGE: readonly Row[] = [
  needs("Has issues", "issues"),
  needs("Tells which label was changed", "labels", "changed labels"),
  needs("Tells who was assigned", "assignments"),
  needs("Tells of reviews", "reviews"),
  needs("Tells how checks of others end", "checks"),
  { what: "Sends forms too", cell: ({ adapter }) => yesIf(adapter.contentTypes.some(isForm)) },
  {
    what: "Sends to, beside `/webhooks/…`",
    cell: ({ adapter }) => adapter.paths.map((path) => `\`${path}\``).join(" ") || NO,
  },
];

const isForm = (type: string): boolean => type === "application/x-www-form-urlencoded";

/** Everything that a forge has and that can be done there. */
export const PORT: readonly Row[] = [...FORGE, ...Object.values<readonly Row[]>(MEMBERS).flat()];
