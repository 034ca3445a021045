import { createAgents } from "../agents/agents.ts";
import { OWN_DOORS } from "../core/delivery.ts";
import { readFinding } from "../core/finding.ts";
import type { Stage } from "../core/job.ts";
import type { Run } from "../core/run.ts";
import { createTendStep } from "../hooks/tend.ts";
import { passes } from "../match/globs.ts";
import { createMatchStep } from "../match/match.ts";
import { watchedOf } from "../match/watched.ts";
import { createPollStep } from "../poll/poll.ts";
import type { StageWork } from "../queue/worker.ts";
import type { Keeper, ServedForge } from "../receive/keep.ts";
import type { Wants } from "../receive/receive.ts";
import { createReportStep } from "../report/report.ts";
import { allOwnAutomations, automationOf } from "../repository-files.ts";
import { createChangedPaths } from "../run/changed-paths.ts";
import type { SandboxState } from "../run/confinement.ts";
import { groupOf } from "../run/group.ts";
import type { Guard } from "../run/guard.ts";
import { createRefs } from "../run/refs.ts";
import { createRunStep } from "../run/run.ts";
import { createScheduleStep } from "../schedule/schedule.ts";
import { tendedOf } from "./forges.ts";
import { closedPaths, executorOf, proxyOf } from "./machine.ts";
import type { Parts } from "./parts.ts";

/** What the steps need beside what all rooms share. */
export interface StageTools {
  readonly wants: Wants;
  readonly runUrl: (run: Pick<Run, "id">) => string | undefined;
  /** Keeps what had to be brought, since no webhook told of it. */
  readonly keeper: Keeper;
  readonly served: readonly ServedForge[];
  readonly sandbox: () => Promise<SandboxState>;
  readonly guard: Guard;
  /** The file that the config was read from: no command in the sandbox ever reads it. */
  readonly configFile: string | undefined;
}

/** What a worker does for each stage: match → run → report, and what keeps deliveries coming. */
export function stagesOf(parts: Parts, tools: StageTools): Readonly<Partial<Record<Stage, StageWork>>> {
  const { worker, hooks, server } = parts.config;
  const tends = hooks.check !== false && !server.pollOnly;
  return {
    match: { concurrency: worker.match, work: matchStep(parts, tools) },
    run: { concurrency: worker.run, work: runStep(parts, tools) },
    report: { concurrency: worker.report, work: createReportStep({ ...parts, runUrl: tools.runUrl }) },
    poll: { concurrency: worker.poll, work: pollStep(parts, tools) },
    schedule: { concurrency: worker.schedule, work: scheduleStep(parts) },
    tend: { concurrency: tends ? worker.tend : 0, work: tendStep(parts, tools) },
  };
}

function matchStep(
  { config, store, opened, forge, files, log }: Parts,
  { guard }: StageTools,
): StageWork["work"] {
  return createMatchStep({
    store,
    automations: config.automations,
    forge,
    normalise: (delivery) =>
      OWN_DOORS.includes(delivery.door)
        ? readFinding(delivery.body)
        : opened.get(delivery.forge)?.adapter.normalise(delivery),
    changedPaths: createChangedPaths(config.dataDir, guard),
    files,
    refs: createRefs(config.dataDir, guard),
    groupOf,
    log,
  });
}

function runStep(
  { config, store, forge, files, log }: Parts,
  { sandbox, guard, runUrl, configFile }: StageTools,
): StageWork["work"] {
  return createRunStep({
    store,
    forge,
    automation: (one) => automationOf(one, config.automations, files),
    executor: executorOf({ closed: closedPaths(config, configFile), guard }),
    sandbox,
    agents: createAgents({ prices: config.agents.prices, environment: proxyOf(process.env), log }),
    dataDir: config.dataDir,
    guard,
    log,
    runUrl,
  });
}

function tendStep(parts: Parts, { keeper, served }: StageTools): StageWork["work"] {
  const { config, store, log } = parts;
  const { check } = config.hooks;
  return createTendStep({
    store,
    tended: tendedOf(config, parts.opened),
    bring: async (name, request) => {
      const from = served.find((one) => one.name === name);
      if (from !== undefined) await keeper.keep(from, keeper.deliveryOf(from, "", request));
    },
    every: check === false ? 0 : check,
    log,
  });
}

function pollStep(
  { config, store, polled, opened, files, log }: Parts,
  { wants }: StageTools,
): StageWork["work"] {
  /** What repositories of each forge added when it was last polled. */
  const own = new Map<string, Awaited<ReturnType<typeof allOwnAutomations>>>();
  const poll = createPollStep({
    store,
    polled: (name) => polled.get(name),
    pollOnly: config.server.pollOnly,
    wanted: (name, fullName) => {
      const added = own.get(name)?.get(fullName.toLowerCase()) ?? [];
      const lacks = opened.get(name)?.adapter.lacks ?? [];
      const wanted = watchedOf([...config.automations, ...added], { forge: name, fullName, lacks });
      // A push to the default branch may change the file.
      return files.serves(name, fullName) ? { ...wanted, branches: true } : wanted;
    },
    wants,
    log,
  });
  return async (claim, signal) => {
    const { subject: name } = claim;
    if (config.repositoryAutomations !== false)
      own.set(name, await allOwnAutomations(name, { store, files }));
    await poll(claim, signal);
  };
}

function scheduleStep({ config, store, opened, log }: Parts): StageWork["work"] {
  return createScheduleStep({
    store,
    automation: (name) => config.automations.find((automation) => automation.name === name),
    forges: [...opened.values()].map(({ forge: line, settings: { repositories = [] } }) => ({
      forge: line,
      listed: repositories,
    })),
    serves: ({ repositories }, fullName) => passes(fullName, repositories),
    log,
  });
}
