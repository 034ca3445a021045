import type { z } from "zod";

import type { Limits } from "../../core/executor.ts";
import { PACKAGE_REGISTRIES, REGISTRY_HOSTS } from "../../core/registries.ts";
import { toLimits } from "../automation/limits.ts";
import type { automationSchema } from "../automation/schema.ts";
import type { Grants } from "./grants.ts";

/** An automation as it is written, with its defaults. */
export type Written = z.infer<typeof automationSchema>;

/** Something that a file may not say. `path` is within its setting; empty for the setting itself. */
export interface Refused {
  readonly path: string;
  readonly message: string;
}

/** Whether the file of a repository may say something by a setting: as it likes, never, or as far as the server lets it. */
export type Rule =
  | "free"
  | { readonly never: string }
  | {
      readonly judge: (
        written: Written,
        grants: Grants,
        names: (setting: string) => boolean,
      ) => readonly Refused[];
    };

const SERVER_ONLY = "Only the owner of the server sets this.";
const NO_AGENTS = "Agents spend the server's money: only its owner lets them work.";
const IMPLIED = "An automation of a repository is for that repository alone; take this line out.";

/**
 * What the file of a repository may set, setting by setting: who adds one to the schema has to say so here, too.
 * `names` tells what of a setting is written in the file; the rest are defaults, which are made to fit.
 */
export const RULES: Readonly<Record<keyof Written, Rule>> = {
  on: {
    judge: ({ on }) =>
      on.schedule === undefined
        ? []
        : [{ path: "schedule", message: "Times are set by the owner of the server alone." }],
  },
  repositories: { never: IMPLIED },
  forges: { never: IMPLIED },
  agent: { never: NO_AGENTS },
  compare: { never: NO_AGENTS },
  check: { never: NO_AGENTS },
  prompt: { never: NO_AGENTS },
  run: "free",
  workspace: "free",
  publish: "free",
  allow: { judge: ({ allow }) => allowed(allow) },
  forks: {
    judge: ({ forks }, grants) =>
      forks === "run" && !grants.forks
        ? [refused("The server does not let repositories execute the code of forks.")]
        : [],
  },
  draft: "free",
  confidential: "free",
  timeout: {
    judge: ({ timeout }, grants, names) =>
      names("timeout") && timeout > grants.timeout
        ? [refused(`The server lets commands take ${minutes(grants.timeout)} at most.`)]
        : [],
  },
  restart: "free",
  concurrency: {
    judge: ({ concurrency }) =>
      typeof concurrency === "object"
        ? [
            refused(
              "A group could hold up what is not of this repository: only the owner of the server makes one.",
            ),
          ]
        : [],
  },
  slots: "free",
  tags: { never: SERVER_ONLY },
  attempts: "free",
  budget: "free",
  sandbox: {
    judge: ({ sandbox }) =>
      sandbox === "none" ? [refused("Automations of a repository run in the sandbox only.")] : [],
  },
  network: {
    judge: ({ network = [] }, grants) =>
      network.flatMap((host, index) =>
        reaches(host, grants.network)
          ? []
          : [{ path: String(index), message: "The server does not let commands reach this host." }],
      ),
  },
  limits: {
    judge: ({ limits }, grants, names) => {
      const most = toLimits(grants.limits);
      const wanted = toLimits(limits);
      return LIMITS.filter((name) => names(`limits.${name}`) && isAbove(wanted[name], most[name])).map(
        (name) => ({ path: name, message: "The server does not grant so much." }),
      );
    },
  },
  environment: {
    judge: ({ environment }) =>
      Object.keys(environment)
        .filter((name) => STEERING.test(name))
        .map((name) => ({
          path: name,
          message: "This variable steers programs before the sandbox closes around them: set it in `run:`.",
        })),
  },
  secrets: {
    judge: ({ secrets }, grants) =>
      secrets.flatMap((name, index) =>
        Object.hasOwn(grants.secrets, name)
          ? []
          : [{ path: String(index), message: "The server does not grant a secret of this name." }],
      ),
  },
  follow_up: { never: SERVER_ONLY },
  pull_request: "free",
  commit: {
    judge: ({ commit }) =>
      commit.sign === undefined
        ? []
        : [
            {
              path: "sign",
              message: "A key has no place in a repository: only the owner of the server sets it.",
            },
          ],
  },
  awx_template: { never: SERVER_ONLY },
  status: { never: `${SERVER_ONLY} The status is called \`forgehand/NAME\`.` },
  comment: "free",
};

/** An automation with all that was left open made to fit what is granted, and in the sandbox whatever it says. */
export function fitted(written: Written, grants: Grants): Written {
  const granted = grants.network;
  const registries = reaches(PACKAGE_REGISTRIES, granted) ? [PACKAGE_REGISTRIES] : [];
  const { limits } = written;
  return {
    ...written,
    sandbox: "required",
    timeout: Math.min(written.timeout, grants.timeout),
    network: written.network ?? registries,
    limits: {
      memory: least(limits.memory, grants.limits.memory),
      processes: least(limits.processes, grants.limits.processes),
      disk: least(limits.disk, grants.limits.disk),
      cpu: least(limits.cpu, grants.limits.cpu),
    },
  };
}

/** A permission of `write` or above alone lets people in: lists would let in whom the repository does not. */
function allowed(allow: Written["allow"]): Refused[] {
  const { permission, ...lists } = typeof allow === "string" ? { permission: allow } : allow;
  const isLow = permission === "read" || permission === "triage";
  return [
    ...(isLow
      ? [refused("Whoever asks needs write permission at least; write `write`, `maintain` or `admin`.")]
      : []),
    ...Object.entries(lists)
      .filter(([, names]) => names.length > 0)
      .map(([path]) => ({ path, message: "Only the owner of the server lets people in by their names." })),
  ];
}

const LIMITS = ["memory", "processes", "disk", "cpu"] as const satisfies readonly (keyof Limits)[];

/**
 * Variables by which the system's loader, a shell or we ourselves take files. The sandbox lets none of them count outside
 * of the box (src/run/box/environment.ts); they are refused beside, so that no single slip there opens it.
 */
const STEERING =
  /^(LD_.*|DYLD_.*|GCONV_PATH|GLIBC_.*|MALLOC_.*|LOCPATH|NLSPATH|LOCALDOMAIN|RES_OPTIONS|HOSTALIASES|BASH_.*|ENV|SHELLOPTS|IFS|PS4|PATH|HOME|TMPDIR|FORGEHAND_.*)$/i;

const refused = (message: string): Refused => ({ path: "", message });

const minutes = (milliseconds: number): string =>
  milliseconds % 60_000 === 0 ? `${milliseconds / 60_000}m` : `${milliseconds / 1_000}s`;

/** Absent means no limit, which is above all others. */
const isAbove = (wanted: number | undefined, most: number | undefined): boolean =>
  most !== undefined && (wanted === undefined || wanted > most);

/** The lower one of two limits, of which `false` is none. */
function least(one: number | false, other: number | false): number | false {
  if (one === false) return other;
  return other === false ? one : Math.min(one, other);
}

/** Whether a host, or all that a pattern or the word for the registries stands for, is among what is granted. */
function reaches(host: string, granted: readonly string[]): boolean {
  if (granted.includes(host)) return true;
  if (host === PACKAGE_REGISTRIES) return false;
  const all = granted.flatMap((one) => (one === PACKAGE_REGISTRIES ? REGISTRY_HOSTS : [one]));
  return all.some(
    (one) => one === host || (one.startsWith("*.") && host.replace(/^\*\./, "x.").endsWith(one.slice(1))),
  );
}
