import type { AgentChoice } from "./agent.ts";
import type { CheckState, ForgeEvent, IssueAction, PullRequestAction, ReviewState } from "./event.ts";
import type { Limits } from "./executor.ts";
import type { Permission } from "./forge.ts";

/** Names that count, as globs: those of `include` (empty: all), but for those of `exclude`. */
export interface Filter {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** A filter that everything passes. */
export const EVERYTHING: Filter = { include: [], exclude: [] };

/** Times at which an automation runs. */
export interface Schedule {
  /** Minute, hour, day of month, month, day of week; `L`, `#` and names as croner reads them. */
  readonly cron: string;
  /** The IANA time zone whose clock counts, such as `Europe/Berlin`. */
  readonly timezone: string;
}

/** On what an automation acts. Exactly the triggers that are present count; each alone is enough. */
export interface Trigger {
  /** A label set on an issue or a pull request. */
  readonly label?: string;
  /** A label taken off an issue or a pull request. */
  readonly labelRemoved?: string;
  /** Actions of an issue. */
  readonly issue?: readonly Exclude<IssueAction, "label_updated">[];
  readonly pullRequest?: readonly Exclude<PullRequestAction, "label_updated">[];
  /** A push to a branch (created or updated; a deleted branch has nothing to run on). */
  readonly push?: boolean;
  /** A tag created or moved. */
  readonly tag?: boolean;
  /** The word of a comment command: `test` answers `/forgehand test` at the start of a line. */
  readonly command?: string;
  /** A comment, or the text of something new, that mentions our account and is no command. */
  readonly mention?: boolean;
  /** An issue or a pull request given to our account. */
  readonly assigned?: boolean;
  /** What a review of a pull request says. */
  readonly review?: readonly ReviewState[];
  /** How a check of somebody else ended. */
  readonly check?: readonly CheckState[];
  /** Times at which it starts by itself. */
  readonly schedule?: readonly Schedule[];
  /** What the title of a new issue or pull request begins with, without regard to case. */
  readonly titlePrefix?: string;
  /** What the branch begins with that a new pull request comes from. */
  readonly branchPrefix?: string;
}

/** How the changes of a run are proposed. */
export interface Proposal {
  readonly draft: boolean;
  /** Logins of people who are asked to review it. */
  readonly reviewers: readonly string[];
  readonly labels: readonly string[];
  /** The branch that it goes into and that runs start from; the default branch if not set. */
  readonly base?: string;
  /** Templates; see `run/template.ts` for what they may name. */
  readonly title?: string;
  readonly branch?: string;
}

/** How the commits of a run are made. */
export interface Commits {
  readonly author?: { readonly name: string; readonly email: string };
  readonly signOff: boolean;
  /** A private key without a passphrase, which never comes near a command. */
  readonly sign?: { readonly format: "ssh" | "gpg"; readonly key: string };
}

/**
 * The words after `/forgehand` in a comment that mean the same for every automation. None of them may be an automation's
 * own command word.
 */
export const COMMENT_WORDS = ["run", "retry", "cancel", "approve", "status", "help"] as const;
export type CommentWord = (typeof COMMENT_WORDS)[number];

/**
 * Who may ask for an automation. Only what is listed counts, and each alone is enough. Machine accounts count by `bots`
 * alone, whatever the forge lets them do.
 */
export interface Allow {
  /** The least permission in the repository; absent where permissions say nothing. */
  readonly permission?: Exclude<Permission, "none" | "unknown">;
  /** Logins or ids. What is all digits is an id. */
  readonly users: readonly string[];
  /** Teams, by the forge's own names of them. */
  readonly teams: readonly string[];
  /** Ids of machine accounts. */
  readonly bots: readonly string[];
}

/** What a condition is asked about. */
export interface ConditionFacts {
  readonly event: ForgeEvent;
  /** Name of the forge in the config. */
  readonly forge: string;
}

/** An expression over an event, ready to be asked. */
export interface Condition {
  /** As the owner wrote it. */
  readonly text: string;
  /**
   * Whether it holds, or a sentence that says why nobody can tell. Pure and quick, whatever the event holds; never
   * throws.
   */
  readonly holds: (facts: ConditionFacts) => boolean | { readonly unclear: string };
}

/**
 * What an event must be like beside the trigger that it pulls. Exactly the filters that are present count, all of them,
 * each for the events that have what it looks at: an issue has no branch, a push no labels.
 */
export interface Filters {
  /** Globs over the target's branch of a pull request, the pushed branch, or the branch that a check ran for. */
  readonly branches?: Filter;
  /** Globs over the paths that a pull request or a push changes: one that passes is enough. */
  readonly paths?: Filter;
  /** Globs over logins, or ids: who wrote the issue or pull request, else who did it. */
  readonly authors?: Filter;
  /** Globs over labels that the issue or pull request has: one of `include` is enough, none of `exclude` may be there. */
  readonly labels?: Filter;
  /** Globs over the title of the issue or pull request. */
  readonly title?: Filter;
  /** Only draft pull requests, or none. */
  readonly draft?: boolean;
  /** Only pull requests from forks, or none. */
  readonly fork?: boolean;
  readonly condition?: Condition;
}

/** Runs that never run beside one another, over all automations that name the same group. */
export interface Group {
  /** A template over the facts of the event, such as `deploy-{{ repository }}`; see `run/template.ts`. */
  readonly group: string;
  /** What becomes of a run while another one of its group goes on: it ends that one, or it waits for it. */
  readonly whenBusy: "cancel" | "queue";
}

/**
 * How runs of an automation stand to one another. `newest`: a newer head of a pull request, and a newer commit of the
 * same branch or tag, ends the older run. `all`: they go on beside one another.
 */
export type Concurrency = "newest" | "all" | Group;

/** How many runs of an automation may go on at once; absent: as many as the workers take. */
export interface Slots {
  /** In one repository. */
  readonly repository?: number;
  /** In all repositories of all forges together. */
  readonly automation?: number;
}

/** What the runs of an automation may take within 24 hours. What is absent has no limit. */
export interface DailyBudget {
  readonly runs?: number;
  readonly minutes?: number;
  /** Tokens of a model, those that go in and those that come out. */
  readonly tokens?: number;
  /** US dollars. */
  readonly cost?: number;
  /** For whom it is counted: for each repository, or for each person who asks. Absent: for the automation as a whole. */
  readonly per?: "repository" | "person";
}

/** What makes an agent go on with a pull request that a run of its automation opened, or pushed to first. */
export interface FollowUp {
  /** What somebody who may ask says to it there. */
  readonly comments: boolean;
  /** A review that requests changes. */
  readonly reviews: boolean;
  /** A check that failed on what it pushed. */
  readonly checks: boolean;
  /** Runs that may follow from one another without a person in between, before Forgehand stops the chain. */
  readonly depth: number;
}

/** What the owner configured: on this, in these repositories, by these people, run that. */
export interface Automation {
  readonly name: string;
  readonly on: Trigger;
  readonly filters: Filters;
  /** Globs over repository full names. */
  readonly repositories: Filter;
  /** Names of the forges that it serves, as they are in the config. */
  readonly forges: Filter;
  /** Shell text, run as `sh -euc` in the workspace. Never expanded by us. Empty where agents do the work. */
  readonly run: string;
  /** The agents that do the work, in the order in which they are asked: the next one where one before failed. */
  readonly agents: readonly AgentChoice[];
  /** Two agents that both do the work, so that the better one is taken; else empty. */
  readonly compare: readonly AgentChoice[];
  /** Shell text that judges what an agent did. */
  readonly check?: string;
  /** A template of what an agent is told; our own words if not set. */
  readonly prompt?: string;
  /** `none` for commands that need no clone. */
  readonly workspace: "clone" | "none";
  /** Whether its changes become a pull request where no issue asked for them: on a schedule, or by hand. */
  readonly publish: boolean;
  readonly allow: Allow;
  /**
   * What happens to a pull request from a fork: `approve` waits until somebody approves its exact head, and then runs it
   * as the repository's own; `run` runs it without secrets.
   */
  readonly forks: "ignore" | "approve" | "run";
  readonly draft: boolean;
  /** Whether it acts on what only some people may see: confidential issues, internal notes. */
  readonly confidential: boolean;
  /** Milliseconds until the command is ended. */
  readonly timeout: number;
  /** Whether its command may be run again after a worker was lost or stopped. */
  readonly restart: boolean;
  readonly concurrency: Concurrency;
  readonly slots: Slots;
  /** Only workers that have all of these take its runs. */
  readonly tags: readonly string[];
  /** How often a command is started in one run before its bad end is the run's: from 1. */
  readonly attempts: number;
  readonly budget?: DailyBudget;
  /**
   * Whether its command runs in a box: `auto` wherever that works here (an agent nowhere else), `required` nowhere else,
   * `none` never.
   */
  readonly sandbox: "auto" | "required" | "none";
  /**
   * Hosts that a boxed command reaches, by name or as `*.example.com`; the word `package-registries` stands for those of
   * the usual package managers. Not set: these.
   */
  readonly network?: readonly string[];
  /** What a boxed command may use. */
  readonly limits: Limits;
  /** Plain environment variables of the command. */
  readonly environment: Readonly<Record<string, string>>;
  /** Secret environment variables of the command, by name with their values; redacted wherever we print. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Id of the job template or workflow template of Ansible Tower or AWX whose webhook address it has taken over. */
  readonly awxTemplate?: number;
  readonly followUp: FollowUp;
  readonly proposal: Proposal;
  readonly commits: Commits;
  /** Context of its status, `forgehand/<name>` by default. */
  readonly context: string;
  /** Whether the comment of the issue or pull request tells of its runs. */
  readonly comment: boolean;
  /**
   * Where it comes from the repository's own `.forgehand.yml`: what that says of it, as JSON, for its runs to keep. Absent
   * where it comes from the server's config.
   */
  readonly written?: string;
}

/** Whether an automation serves a forge, by its name in the config. */
export function serves({ forges }: Pick<Automation, "forges">, forge: string): boolean {
  const { include, exclude } = forges;
  return (include.length === 0 || include.includes(forge)) && !exclude.includes(forge);
}
