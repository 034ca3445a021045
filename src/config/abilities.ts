import type { Automation } from "../core/automation.ts";
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
    places
      .filter(({ forge }) => automation.forges.length === 0 || automation.forges.includes(forge))
      .flatMap((place) => sentences(automation, place)),
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
  const { on, name, forks, workspace } = automation;
  const byComment = `ask by a comment \`/forgehand run ${name}\``;
  const asked = on.label !== undefined || on.command !== undefined;
  const limits: string[] = [];

  if (!has("issues") && on.issue !== undefined) limits.push("there are no issues: `issue` starts nothing");
  if (!has("issues") && asked) {
    limits.push("there are no issues: it can be asked for on pull requests alone, and pushes nothing there");
  }
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

/** On what nobody can tell who set a label; undefined where that is known everywhere. */
function unknownLabellers(has: (ability: Ability) => boolean): string | undefined {
  const onIssues = has("issues") && !has("labeller of an issue");
  const onPullRequests = !has("labeller of a pull request");
  if (onIssues && onPullRequests) return "";
  if (onIssues) return " on an issue";
  return onPullRequests ? " on a pull request" : undefined;
}

/** What tells of runs where no status does: pushes and tags have no comment either. */
function shownBy({ on }: Automation): string {
  const refs = [on.push === true ? "a push" : "", on.tag === true ? "a tag" : ""]
    .filter(Boolean)
    .join(" or ");
  const own = `nothing there tells of a run on ${refs}, only Forgehand's pages do`;
  if (refs === "") return "the comment tells";
  const threads = [on.label, on.command, on.issue, on.pullRequest].some((trigger) => trigger !== undefined);
  return threads ? `the comment tells; ${own}` : own;
}
