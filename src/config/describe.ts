import type { Automation } from "../core/automation.ts";
import { cut } from "../core/text.ts";
import { NO_COMMAND } from "./standard.ts";

/** What an automation does, in one sentence for its owner. */
export function describeAutomation(automation: Automation): string {
  const { name, allow, forges, repositories, run } = automation;
  const where = [
    forges.length === 0 ? "on every forge" : `on ${list(forges)}`,
    ...(repositories.length === 0 ? [] : [`in ${list(repositories)}`]),
  ].join(" ");
  const [first = ""] = run.trim().split("\n");
  const what = run === NO_COMMAND ? "say that no command is configured" : `run \`${cut(first, 60)}\``;
  return `${name}: when ${triggers(automation).join(", or ")}, by ${allowed(allow)}, ${where}: ${what}`;
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

function triggers({ on, branches }: Automation): string[] {
  const branch = branches.length === 0 ? "" : ` (${list(branches)})`;
  const said: string[] = [];
  if (on.label !== undefined) said.push(`the label \`${on.label}\` is set on an issue or pull request`);
  if (on.issue !== undefined) said.push(`an issue is ${list(on.issue, "or")}`);
  if (on.pullRequest !== undefined) said.push(`a pull request${branch} is ${list(on.pullRequest, "or")}`);
  if (on.push === true) said.push(`commits are pushed to a branch${branch}`);
  if (on.tag === true) said.push("a tag is new or moved");
  if (on.command !== undefined) said.push(`a comment says \`/forgehand ${on.command}\``);
  if (on.titlePrefix !== undefined) said.push(`the title of something new begins with \`${on.titlePrefix}\``);
  if (on.branchPrefix !== undefined) said.push(`a new pull request comes from \`${on.branchPrefix}…\``);
  for (const { cron, timezone } of on.schedule ?? [])
    said.push(`the time \`${cron}\` (${timezone}) has come`);
  return said;
}

function list(words: readonly string[], last = "and"): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1) ?? ""}`;
}
