import type { Automation, Filter, Trigger } from "../core/automation.ts";
import { cut } from "../core/text.ts";
import { NO_COMMAND } from "./standard.ts";

/** What an automation does, in one sentence for its owner. */
export function describeAutomation(automation: Automation): string {
  const { name, allow, forges, repositories, run, on } = automation;
  const where = [
    forges.include.length === 0 ? "on every forge" : `on ${list(forges.include)}`,
    ...(forges.exclude.length === 0 ? [] : [`but ${list(forges.exclude)}`]),
    ...(isEverything(repositories) ? [] : [`in ${filterText(repositories)}`]),
  ].join(" ");
  const agents = automation.agents.map((one) => one.name);
  const compared = automation.compare.map((one) => one.name);
  const what =
    agents.length > 0
      ? `ask ${list(agents, "or else")}`
      : compared.length > 0
        ? `compare the work of ${list(compared)}`
        : commandOf(run);
  const when = triggers(automation).join(", or ");
  const filters = describeFilters(automation);
  const only = filters.length === 0 ? "" : `, if ${filters.join(" and ")}`;
  const whom = isByItself(on) ? "" : `, by ${allowed(allow)}`;
  return `${name}: when ${when}${only}${whom}, ${where}: ${what}`;
}

/** Who may ask, in words. */
function allowed({ permission, users, teams, bots }: Automation["allow"]): string {
  const said = [
    ...(permission === undefined ? [] : [`someone with ${permission} permission`]),
    ...(users.length === 0 ? [] : [list(users, "or")]),
    ...(teams.length === 0 ? [] : [`a member of ${list(teams, "or")}`]),
    ...(bots.length === 0 ? [] : [`the machine account ${list(bots, "or")}`]),
  ];
  return list(said, "or");
}

function commandOf(run: string): string {
  const [first = ""] = run.trim().split("\n");
  return run === NO_COMMAND ? "say that no command is configured" : `run \`${cut(first, 60)}\``;
}

/** Whether nobody but the time starts it. */
function isByItself({ schedule, ...others }: Trigger): boolean {
  const asked: readonly unknown[] = Object.values(others);
  return schedule !== undefined && asked.every((one) => one === undefined || one === false);
}

function triggers({ on, filters }: Automation): string[] {
  const branch = filters.branches === undefined ? "" : ` (${filterText(filters.branches)})`;
  const said: string[] = [];
  if (on.label !== undefined) said.push(`the label \`${on.label}\` is set on an issue or pull request`);
  if (on.labelRemoved !== undefined) {
    said.push(`the label \`${on.labelRemoved}\` is taken off an issue or pull request`);
  }
  if (on.issue !== undefined) said.push(`an issue is ${list(on.issue, "or")}`);
  if (on.pullRequest !== undefined) said.push(`a pull request${branch} is ${list(on.pullRequest, "or")}`);
  if (on.push === true) said.push(`commits are pushed to a branch${branch}`);
  if (on.tag === true) said.push("a tag is new or moved");
  if (on.command !== undefined) said.push(`a comment says \`/forgehand ${on.command}\``);
  if (on.mention === true) said.push("somebody mentions Forgehand's account");
  if (on.assigned === true) said.push("an issue or pull request is assigned to Forgehand's account");
  if (on.review !== undefined) said.push(`a review of a pull request says ${list(on.review, "or")}`);
  if (on.check !== undefined) said.push(`a check of somebody else ends as ${list(on.check, "or")}`);
  if (on.titlePrefix !== undefined) said.push(`the title of something new begins with \`${on.titlePrefix}\``);
  if (on.branchPrefix !== undefined) said.push(`a new pull request comes from \`${on.branchPrefix}…\``);
  for (const { cron, timezone } of on.schedule ?? [])
    said.push(`the time \`${cron}\` (${timezone}) has come`);
  return said;
}

/** What must hold beside a trigger. Branches are said with the triggers that have some. */
function describeFilters({ filters }: Automation): string[] {
  const { paths, authors, labels, title, draft, fork, condition } = filters;
  return [
    ...(paths === undefined ? [] : [`it changes ${filterText(paths)}`]),
    ...(authors === undefined ? [] : [`it is by ${filterText(authors)}`]),
    ...(labels === undefined ? [] : [`it has a label of ${filterText(labels)}`]),
    ...(title === undefined ? [] : [`its title is ${filterText(title)}`]),
    ...(draft === undefined ? [] : [draft ? "it is a draft" : "it is no draft"]),
    ...(fork === undefined ? [] : [fork ? "it comes from a fork" : "it comes from no fork"]),
    ...(condition === undefined ? [] : [`\`${cut(condition.text.trim().replace(/\s+/g, " "), 60)}\` holds`]),
  ];
}

const isEverything = ({ include, exclude }: Filter): boolean => include.length + exclude.length === 0;

function filterText({ include, exclude }: Filter): string {
  if (exclude.length === 0) return list(include);
  return include.length === 0 ? `anything but ${list(exclude)}` : `${list(include)} but ${list(exclude)}`;
}

function list(words: readonly string[], last = "and"): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1) ?? ""}`;
}
