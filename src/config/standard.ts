import type { ForgeAdapter } from "../core/forge.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What runs where nobody has said what to run: it explains itself and fails. */
export const NO_COMMAND =
  "echo 'No command is configured: set FORGEHAND_RUN, or write an automation with run: in forgehand.yml.' >&2; exit 64";

/** The automation of a config without any: the label `coding agent` runs FORGEHAND_RUN. */
export function standardAutomations(environment: Environment): Record<string, unknown> {
  const run = environment.FORGEHAND_RUN?.trim() ? environment.FORGEHAND_RUN : NO_COMMAND;
  return { "coding-agent": { on: { label: "coding agent" }, run } };
}

/** The forges that the environment alone describes, each named after its kind. */
export function forgesFrom(
  environment: Environment,
  adapters: readonly ForgeAdapter[],
): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    adapters.flatMap((adapter) => {
      const settings = adapter.fromEnvironment(environment);
      return settings === undefined
        ? []
        : [[adapter.kind, { kind: adapter.kind, ...withoutEmpty(settings) }]];
    }),
  );
}

/** An adapter makes an empty list of secrets that are not there. */
function withoutEmpty(settings: Record<string, unknown>): Record<string, unknown> {
  const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => !isEmpty(value)));
}
