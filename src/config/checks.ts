import type { KeyVariable } from "./automation/agent.ts";
import { variableOf } from "./automation/agent.ts";
import { REPOSITORY_FILE_CONTEXT } from "../core/repository-file.ts";
import { isMap } from "./environment.ts";
import type { Parsed } from "./parse.ts";
import type { Problem } from "./problem.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Two forges of one kind with an equal secret: a delivery of one would prove itself to the other. */
export function equalSecrets({ forges }: Parsed): Problem[] {
  const seen = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [name, { kind, webhookSecret }] of Object.entries(forges)) {
    for (const secret of new Set(webhookSecret)) {
      const key = JSON.stringify([kind, secret]);
      const other = seen.get(key);
      if (other === undefined) seen.set(key, name);
      else {
        problems.push({
          path: `forges.${name}.webhookSecret`,
          message: `The forge ${other} of the same kind has the same secret, so deliveries could not be told apart. Give each its own.`,
        });
      }
    }
  }
  return problems;
}

/** Automations that claim one and the same template of AWX: nobody could tell which one a delivery is for. */
export function equalTemplates({ automations }: Parsed): Problem[] {
  const seen = new Map<number, string>();
  return Object.entries(automations).flatMap(([name, { awx_template: template }]) => {
    if (template === undefined) return [];
    const other = seen.get(template);
    seen.set(template, other ?? name);
    const message = `The automation ${other ?? ""} has taken over this template already. Give each its own.`;
    return other === undefined ? [] : [{ path: `automations.${name}.awx_template`, message }];
  });
}

/** Forges that nobody can send webhooks of, though they are to be received; and those that are then neither asked. */
export function deafForges({ base, forges }: Parsed): Problem[] {
  const pollOnly = base?.server.pollOnly === true;
  return Object.entries(forges).flatMap(([name, { webhookSecret, polling }]) => {
    if (pollOnly && polling === false) {
      const message =
        "With server.pollOnly nothing else tells what happens there: leave polling on, or receive webhooks.";
      return [{ path: `forges.${name}.polling`, message }];
    }
    if (pollOnly || webhookSecret.length > 0) return [];
    const message =
      "Write the secret of the webhook: without one nobody can prove who sends. Where the forge cannot reach " +
      "Forgehand, no webhook is needed: start it with --poll-only, or set server.pollOnly.";
    return [{ path: `forges.${name}.webhookSecret`, message }];
  });
}

/** Forges that an automation names but nobody configured. While there is no forge at all, none is missed. */
export function unknownForges(
  { automations }: Parsed,
  forges: readonly string[],
  settings: Readonly<Record<string, unknown>>,
): Problem[] {
  if (forges.length === 0) return [];
  const message = `There is no forge of that name; there are: ${forges.join(", ")}.`;
  return Object.entries(automations).flatMap(([name, { forges: named }]) => {
    const path = `automations.${name}.forges`;
    const unknown = (list: readonly string[], where: string): Problem[] =>
      list.flatMap((forge, index) =>
        forges.includes(forge) ? [] : [{ path: `${where}.${index}`, message }],
      );
    return [
      ...unknown(named.include, isList(settings, name) ? path : `${path}.include`),
      ...unknown(named.exclude, `${path}.exclude`),
    ];
  });
}

/** Whether the forges of an automation are written as one list. */
function isList({ automations }: Readonly<Record<string, unknown>>, name: string): boolean {
  const written = isMap(automations) ? automations[name] : undefined;
  return isMap(written) && Array.isArray(written.forges);
}

/** Secrets that an automation wants but the environment does not hold. */
export function missingSecrets({ automations, base }: Parsed, environment: Environment): Problem[] {
  const granted = base?.repositoryAutomations ?? false;
  const lists = [
    ...Object.entries(automations).map(([name, { secrets }]) => ({ path: `automations.${name}`, secrets })),
    ...(granted === false ? [] : [{ path: "repositoryAutomations", secrets: granted.secrets }]),
  ];
  return lists.flatMap(({ path, secrets }) =>
    secrets.flatMap((secret, index) =>
      environment[secret] === undefined
        ? [
            {
              path: `${path}.secrets.${index}`,
              message: `The environment variable ${secret} is not set. Set it before Forgehand starts.`,
            },
          ]
        : [],
    ),
  );
}

/** Forges that repositories may have automations on but nobody configured; and a status that is Forgehand's own. */
export function wrongGrants({ base, automations }: Parsed, forges: readonly string[]): Problem[] {
  const granted = base?.repositoryAutomations ?? false;
  if (granted === false) return [];
  const { include, exclude } = granted.forges;
  const unknown = [...include, ...exclude].some((forge) => !forges.includes(forge))
    ? [
        {
          path: "repositoryAutomations.forges",
          message: `There is no forge of one of these names; there are: ${forges.join(", ")}.`,
        },
      ]
    : [];
  const taken = Object.entries(automations).flatMap(([name, { status }]) =>
    (status.context ?? `forgehand/${name}`).toLowerCase() === REPOSITORY_FILE_CONTEXT
      ? [
          {
            path: `automations.${name}`,
            message: `With repositoryAutomations the status ${REPOSITORY_FILE_CONTEXT} tells of their files. Take another name.`,
          },
        ]
      : [],
  );
  return forges.length === 0 ? taken : [...unknown, ...taken];
}

/** Keys of models that agents need but the environment does not hold. */
export function missingKeys(
  { automations }: Parsed,
  environment: Environment,
  keyVariable: KeyVariable,
): Problem[] {
  return Object.entries(automations).flatMap(([name, { agent = [], compare = [] }]) =>
    Object.entries({ agent, compare }).flatMap(([setting, agents]) =>
      agents.flatMap((one) => {
        const variable = variableOf(one, keyVariable);
        if (variable === undefined || environment[variable] !== undefined) return [];
        const message = `The environment variable ${variable}, which holds the key of ${one.name}'s model, is not set. Set it before Forgehand starts, or write \`key: "\${NAME}"\` with another.`;
        return [{ path: `automations.${name}.${setting}`, message }];
      }),
    ),
  );
}
