import type { Command } from "commander";

import { describeAbilities } from "../config/abilities.ts";
import { describeAutomation } from "../config/describe.ts";
import type { Problem } from "../config/problem.ts";
import { configInvalid, linesOf } from "../config/problem.ts";
import type { Config } from "../config/schema.ts";
import { warningsOf } from "../config/warnings.ts";
import { adapters } from "../forges/index.ts";
import { probeHooks } from "./hook-sights.ts";
import { printable } from "./log.ts";
import type { Finding } from "./probe.ts";
import { checkRepositoryFile } from "./check-repository.ts";
import { describePolling } from "./polling.ts";
import { probeServers } from "./probe-servers.ts";
import { probeDataDir, probeForges, probeGit } from "./probe.ts";
import { describeSchedules } from "./schedules.ts";
import { probeSandboxFor } from "./probe-sandbox.ts";
import type { ConfigOptions } from "./settings.ts";
import { load, loadOrThrow, withConfigOptions } from "./settings.ts";

interface CheckOptions extends ConfigOptions {
  readonly offline?: true;
  readonly json?: true;
  readonly repository?: string;
}

/** What `check --json` prints. */
interface Report {
  readonly ok: boolean;
  /** The config file; null when there is none. */
  readonly file: string | null;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly findings: readonly Finding[];
  /** What each automation does, in a sentence. */
  readonly automations: readonly string[];
  /** What each automation can and cannot do on each forge, in sentences. */
  readonly abilities: readonly string[];
  /** How each forge is polled, in sentences. */
  readonly polling: readonly string[];
  /** When each schedule comes next, in sentences. */
  readonly schedules: readonly string[];
}

/** Where there is no config to tell of. */
const NOTHING = {
  file: null,
  warnings: [],
  findings: [],
  automations: [],
  abilities: [],
  polling: [],
  schedules: [],
};

export function addCheck(program: Command): void {
  withConfigOptions(program.command("check"))
    .description("Look at the config, this computer and the forges, and say what is wrong.")
    .option("--offline", "ask no forge and no other server")
    .option("--json", "print JSON")
    .option(
      "--repository <file>",
      "check the .forgehand.yml of a repository instead, by what the server grants",
    )
    .action(check);
}

async function check({ offline, json, repository, ...options }: CheckOptions): Promise<void> {
  if (repository !== undefined) {
    checkRepositoryFile(repository, { config: loadOrThrow(options, "optional"), json: json === true });
    return;
  }
  const loaded = load(options);
  if ("problems" in loaded) {
    const { problems } = loaded;
    if (json) print({ ...NOTHING, ok: false, problems });
    else console.error(configInvalid(problems).message);
    process.exitCode = 2;
    return;
  }
  const { config, file } = loaded;
  const findings = await probe(config, offline === true);
  const report: Report = {
    ok: findings.every(({ ok }) => ok),
    file: file ?? null,
    problems: [],
    warnings: warningsOf(config).filter(({ path }) => path !== "forges"),
    findings,
    automations: config.automations.map(describeAutomation),
    abilities: describeAbilities(config, adapters),
    polling: describePolling(config, adapters, installedIn(findings)),
    schedules: describeSchedules(config, installedIn(findings), new Date()),
  };
  if (json) print(report);
  else console.log(tell(report));
  process.exitCode = report.ok ? 0 : 1;
}

async function probe(config: Config, offline: boolean): Promise<Finding[]> {
  const here = await Promise.all([
    probeGit(process.env),
    probeDataDir(config.dataDir),
    probeSandboxFor(config),
  ]);
  if (!offline) here.push(...(await probeServers(config)));
  if (Object.keys(config.forges).length === 0) {
    const message =
      "None is configured. Write one into forgehand.yml, or start `forgehand serve` and open its set-up page.";
    return [...here, { what: "forges", ok: false, message }];
  }
  if (offline) return here;
  return [...here, ...(await probeForges(config)), ...(await probeHooks(config))];
}

/** Where we are installed, by name of the forge, as far as forges were asked and told. */
function installedIn(findings: readonly Finding[]): Map<string, readonly string[]> {
  return new Map(
    findings.flatMap(({ what, installed }) =>
      installed === undefined ? [] : [[what.replace(/^forge /, ""), installed] as const],
    ),
  );
}

function print(report: Report): void {
  console.log(JSON.stringify(report, null, 2));
}

function tell({ ok, file, warnings, findings, automations, abilities, polling, schedules }: Report): string {
  return printable(
    [
      file === null ? "No config file: the environment alone counts." : `Config file: ${file}`,
      ...findings.map((finding) => `  ${finding.ok ? "ok   " : "WRONG"} ${finding.what}: ${finding.message}`),
      ...(warnings.length === 0 ? [] : ["Warnings:", ...linesOf(warnings)]),
      "Automations:",
      ...indented(automations),
      ...(abilities.length === 0 ? [] : ["On the forges:", ...indented(abilities)]),
      ...(schedules.length === 0 ? [] : ["Schedules:", ...indented(schedules)]),
      ...(polling.length === 0 ? [] : ["Polling:", ...indented(polling)]),
      ok ? "All is well." : "Something is wrong: see above.",
    ].join("\n"),
  );
}

const indented = (sentences: readonly string[]): string[] => sentences.map((sentence) => `  ${sentence}`);
