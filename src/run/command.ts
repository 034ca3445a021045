import type { Automation } from "../core/automation.ts";
import type { Command } from "../core/executor.ts";
import type { Forge } from "../core/forge.ts";
import type { Run } from "../core/run.ts";
import { issueOf } from "./subject.ts";
import type { Start } from "./checkout.ts";
import type { Confinement } from "./confinement.ts";
import { boxOf } from "./confinement.ts";
import type { Files, Given } from "./files.ts";
import { promptOf, webhookFacts } from "./files.ts";
import type { Workspace } from "./workspace.ts";
import { WORKSPACE_VARIABLE } from "./workspace.ts";

/** Bytes of a command's output that are kept. */
export const OUTPUT_LIMIT = 5 * 1024 * 1024;
/** Milliseconds that a command has to end by itself once it is asked to. */
const KILL_AFTER_MS = 10_000;
const USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** All that a command is decided from. */
export interface Decided extends Given {
  readonly automation: Automation;
  readonly forge: Forge;
  readonly workspace: Workspace;
  readonly files: Files;
  /** Absent for a command that needs no clone. */
  readonly start: Start | undefined;
  /** False where the code that runs is someone else's. */
  readonly trusted: boolean;
  readonly runUrl: string | undefined;
  readonly confinement: Exclude<Confinement, { kind: "refused" }>;
}

/** Decide the command of a run: its automation's shell text, told of the event by files, variables and its input. */
export function commandOf(decided: Decided): Command {
  const { automation, workspace, run, confinement } = decided;
  return {
    argv: ["sh", "-euc", automation.run],
    cwd: workspace.work,
    environment: environmentOf(decided),
    stdin: promptOf(run),
    timeout: automation.timeout,
    outputLimit: OUTPUT_LIMIT,
    killAfter: KILL_AFTER_MS,
    ...(confinement.kind === "boxed" && { box: boxOf(automation, workspace) }),
  };
}

/** The whole environment: what every program needs, what the automation lists, and the facts of the run. */
function environmentOf(decided: Decided): Record<string, string> {
  const { automation, workspace, trusted } = decided;
  const environment = {
    PATH: process.env.PATH ?? USUAL_PATH,
    HOME: workspace.home,
    TMPDIR: workspace.tmp,
    LANG: "C.UTF-8",
    CI: "true",
    ...withoutKeys(automation.environment, automation),
    ...(trusted ? withoutKeys(automation.secrets, automation) : {}),
    ...webhookFacts(decided),
    ...factsOf(decided),
    [WORKSPACE_VARIABLE]: workspace.work,
  };
  // A variable ends at its first NUL character, which a title may hold.
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value.replaceAll("\0", "")]),
  );
}

/** Variables without the keys of the automation's models: these stay outside of whatever an agent or its check runs. */
function withoutKeys(
  variables: Readonly<Record<string, string>>,
  { agents, compare }: Automation,
): Record<string, string> {
  const keys = new Set([...agents, ...compare].map(({ key }) => key));
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => !keys.has(value)));
}

function factsOf({ run, automation, forge, files, start, runUrl }: Decided): Record<string, string> {
  const facts: Record<string, string | number | undefined> = {
    RUN_ID: run.id,
    RUN_URL: runUrl,
    AUTOMATION: automation.name,
    FORGE: forge.name,
    FORGE_KIND: forge.kind,
    REPOSITORY: run.repo.fullName,
    EVENT: run.event.kind,
    ACTION: run.event.action,
    ...subjectOf(run),
    SHA: start?.sha ?? run.sha,
    REF: run.ref,
    BRANCH: start?.publish?.branch,
    BASE_BRANCH: start?.publish?.base ?? targetOf(run),
    ACTOR: run.actor.login,
    EVENT_PATH: files.event,
    PAYLOAD_PATH: files.payload,
    PROMPT_PATH: files.prompt,
    EXTRA_VARS_PATH: files.extraVars,
    // As users of Ansible write it: `ansible-playbook -e @"$FORGEHAND_EXTRA_VARS" site.yml`.
    EXTRA_VARS: files.extraVars,
    SUMMARY_PATH: files.summary,
    SCHEDULED_AT: run.event.kind === "schedule" ? run.event.at : undefined,
    ...inputsOf(run),
  };
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) =>
      value === undefined ? [] : [[`FORGEHAND_${name}`, String(value)]],
    ),
  );
}

/** What the operator gave to a run that was started by hand. */
function inputsOf({ event }: Run): Record<string, string> {
  const inputs = event.kind === "manual" ? (event.inputs ?? {}) : {};
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
}

function subjectOf(run: Run): Record<string, string | number | undefined> {
  const { event } = run;
  const issue = issueOf(run);
  if (issue !== undefined) return { ISSUE_NUMBER: issue.number, TITLE: issue.title };
  const pullRequest = "pullRequest" in event ? event.pullRequest : undefined;
  return { PULL_REQUEST_NUMBER: pullRequest?.number, TITLE: pullRequest?.title };
}

function targetOf({ event }: Run): string | undefined {
  return "pullRequest" in event ? event.pullRequest?.target?.branch : undefined;
}
