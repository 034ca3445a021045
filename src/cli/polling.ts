import type { Config } from "../config/schema.ts";
import type { ForgeAdapter, ForgeSettings } from "../core/forge.ts";
import { watchedOf } from "../match/watched.ts";
import { intervalsOf } from "../poll/interval.ts";
import { kindsOf } from "../poll/look.ts";

/** Names of the repositories where we are installed, by forge, as far as the forges were asked. */
export type Installed = ReadonlyMap<string, readonly string[]>;

type Kind = Pick<ForgeAdapter, "kind" | "lacks" | "pollBudget">;

/** How each forge is polled, a sentence for each. */
export function describePolling(
  config: Pick<Config, "forges" | "automations" | "server">,
  adapters: readonly Kind[],
  installed: Installed,
): string[] {
  return Object.entries(config.forges).map(([name, settings]) => {
    const adapter = adapters.find(({ kind }) => kind === settings.kind);
    return `${name}: ${adapter === undefined ? "webhooks only" : sentence(name, settings, adapter)}`;
  });

  function sentence(name: string, settings: ForgeSettings, { lacks, pollBudget }: Kind): string {
    const { polling = {}, repositories = [] } = settings;
    if (polling === false) return "webhooks only";
    const names = installed.get(name) ?? repositories;
    const kinds = names.map((fullName) =>
      kindsOf(watchedOf(config.automations, { forge: name, fullName, lacks })),
    );
    const { pollOnly } = config.server;
    const { interval, requestsPerHour: perHour = pollBudget } = polling;
    const fast = kinds.reduce((one, other) => one + other, 0);
    const often = intervalsOf({ interval, perHour, pollOnly }, { fast, slow: 0 });
    const every = `every ${told(often.fast)}`;
    const slower =
      often.slow > often.fast ? `, and those whose webhooks arrive every ${told(often.slow)}` : "";
    const which = names.length === 1 ? "1 repository" : `${names.length} repositories`;
    if (names.length > 0) return `polls ${which} ${every}${slower}`;
    if (pollOnly && !installed.has(name)) {
      return `polls the repositories where its App is installed, else none: write them into forges.${name}.repositories`;
    }
    return `polls the repositories that webhooks tell of ${every} while they are few${slower}`;
  }
}

/** A time in the unit that a person would take. */
function told(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours === 1 ? "hour" : `${hours} hours`;
}
