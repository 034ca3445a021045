import type { Automation, Trigger } from "../core/automation.ts";
import { serves } from "../core/automation.ts";
import type { Ability, ForgeAdapter } from "../core/forge.ts";
import type { Config } from "./schema.ts";

/** A configured forge, and what its kind does not have. */
interface Place {
  readonly forge: string;
  readonly lacks: readonly Ability[];
}

/**
 * What every automation can and cannot do on each of its forges, one sentence for each thing that is different there:
 * `coding-agent on gogs: there are no statuses: the comment tells`.
 */
export function describeAbilities(
  { automations, forges }: Pick<Config, "automations" | "forges">,
  adapters: readonly Pick<ForgeAdapter, "kind" | "lacks">[],
): string[] {
  const places = Object.entries(forges).map(([forge, { kind }]) => ({
    forge,
    lacks: adapters.find((adapter) => adapter.kind === kind)?.lacks ?? [],
  }));
  return automations.flatMap((automation) =>
    places.filter(({ forge }) => serves(automation, forge)).flatMap((place) => sentences(automation, place)),
  );
}

function sentences(automation: Automation, { forge, lacks }: Place): string[] {
  const limits = limitsOf(automation, lacks);
  const said = limits.length === 0 ? ["everything works there"] : limits;
  return said.map((one) => `${automation.name} on ${forge}: ${one}`);
}

/** What an automation has to do without, or by other means, where a forge lacks abilities. Pure. */
function limitsOf(automation: Automation, lacks: readonly Ability[]): string[] {
  const has = (ability: Ability): boolean => !lacks.includes(ability);
  const { on, filters, name, forks, workspace } = automation;
  const byComment = `ask by a comment \`/forgehand run ${name}\``;
  const asked =
    on.label !== undefined || on.command !== undefined || on.mention === true || on.assigned === true;
  const limits: string[] = [];

  if (!has("issues") && on.issue !== undefined) limits.push("there are no issues: `issue` starts nothing");
  if (!has("issues") && asked) {
    limits.push("there are no issues: it can be asked for on pull requests alone, and pushes nothing there");
  }
  if (!has("labels") && on.labelRemoved !== undefined) {
    limits.push("there are no labels: `label_removed` starts nothing");
  }
  if (!has("labels") && filters.labels !== undefined && filters.labels.include.length > 0) {
    limits.push("there are no labels, so nothing passes its filter `labels`");
  }
  limits.push(...untold(on, has));
  if (on.label !== undefined && !has("labels")) limits.push(`there are no labels, so ${byComment}`);
  if (on.label !== undefined && has("labels")) {
    const places = unknownLabellers(has);
    if (places !== undefined) {
      limits.push(
        `nobody can tell who set a label${places}: where it starts nothing, take it off and set it again, or ${byComment}`,
      );
    }
  }
  if (!has("statuses")) limits.push(`there are no statuses: ${shownBy(automation)}`);
  if (!has("pull requests") && has("issues") && (asked || on.issue !== undefined) && workspace === "clone") {
    limits.push(
      "no pull request can be opened by its API: the run pushes a branch and says where to open one",
    );
  }
  if (!has("teams") && automation.allow.teams.length > 0) {
    limits.push("nobody can tell who belongs to a team: `allow.teams` lets nobody in there");
  }
  if (!has("head refs") && forks !== "ignore" && (asked || on.pullRequest !== undefined)) {
    limits.push(`heads of forks cannot be fetched: \`forks: ${forks}\` ends in errors there`);
  }
  return limits;
}

/** Triggers that nothing pulls there, since no webhook tells of such things. */
function untold(on: Trigger, has: (ability: Ability) => boolean): string[] {
  const actions = [...(on.issue ?? []), ...(on.pullRequest ?? [])];
  const assignment = actions.some((action) => action === "assigned" || action === "unassigned");
  const said: string[] = [];
  const byChange = byChangedLabel(on, actions);
  if (has("labels") && !has("changed labels") && byChange.length > 0) {
    const start = byChange.length === 1 ? "starts" : "start";
    said.push(`its webhooks do not tell which label was changed: ${byChange.join(" and ")} ${start} nothing`);
  }
  if (!has("assignments") && (on.assigned === true || assignment)) {
    const which = on.assigned === true ? "`assigned` starts" : "`assigned` and `unassigned` start";
    said.push(`its webhooks do not tell who was assigned: ${which} nothing`);
  }
  if (!has("reviews") && on.review !== undefined) {
    said.push("its webhooks do not tell of reviews: `review` starts nothing");
  }
  if (!has("checks") && on.check !== undefined) {
    said.push("its webhooks do not tell how checks of others end: `check` starts nothing");
  }
  return said;
}

/** What an automation acts on that takes the name of the label that was changed. */
function byChangedLabel({ labelRemoved }: Trigger, actions: readonly string[]): string[] {
  const named = ["labeled", "unlabeled"].filter((action) => actions.includes(action));
  return [...(labelRemoved === undefined ? [] : ["label_removed"]), ...named].map((one) => `\`${one}\``);
}

/** On what nobody can tell who set a label; undefined where that is known everywhere. */
function unknownLabellers(has: (ability: Ability) => boolean): string | undefined {
  const onIssues = has("issues") && !has("labeller of an issue");
  const onPullRequests = !has("labeller of a pull request");
  if (onIssues && onPullRequests) return "";
  if (onIssues) return " on an issue";
  return onPullRequests ? " on a pull request" : undefined;
}

/** Triggers of issues and pull requests, whose comment tells of their runs. */
const THREADS = [
  ...["label", "labelRemoved", "command", "mention", "assigned", "issue", "pullRequest"],
  ...["review", "titlePrefix", "branchPrefix"],
] as readonly (keyof Trigger)[];

/** What tells of runs where no status does: pushes, tags and times have no comment either. */
function shownBy({ on }: Automation): string {
  const refs = [
    ...(on.push === true ? ["a push"] : []),
    ...(on.tag === true ? ["a tag"] : []),
    ...(on.check === undefined ? [] : ["a check"]),
    ...(on.schedule === undefined ? [] : ["a schedule"]),
  ].join(" or ");
  const own = `nothing there tells of a run on ${refs}, only Forgehand's pages do`;
  if (refs === "") return "the comment tells";
  const threads = THREADS.some((trigger) => (on[trigger] ?? false) !== false);
  return threads ? `the comment tells; ${own}` : own;
}
