import type { ForgeEvent } from "../core/event.ts";
import { shaOf } from "../core/event.ts";
import type { Run } from "../core/run.ts";
import { isOver } from "../core/run.ts";
import { isPushed } from "./beside.ts";
import type { Question } from "./question.ts";

/** Runs of a pull request or of a ref that are looked through, newest first. */
const RUNS_LOOKED_AT = 50;

/**
 * Whether an event tells of a newer commit than those that runs are of: `stale` says why it does not; else `seen` is the
 * newest run that was looked at, absent where nothing had to be.
 */
export type Standing = { readonly stale: string } | { readonly stale?: undefined; readonly seen?: number };

/**
 * How an event stands to the runs that there are of the same pull request, branch or tag. Deliveries come late and in any
 * order: an older commit neither ends nor follows a newer one, but where an automation lets all go on. The forge is asked
 * only where there is another run, and where the events do not tell themselves.
 */
export async function standingOf(question: Question): Promise<Standing> {
  const { event, automation } = question;
  if (automation.concurrency === "all") return {};
  if (event.kind === "pull_request") return standingOfHead(question, event);
  if (isPushed(event)) return standingOfRef(question, event);
  return {};
}

async function standingOfHead(
  { automation, store, forge, signal, event }: Question,
  { pullRequest }: Extract<ForgeEvent, { kind: "pull_request" }>,
): Promise<Standing> {
  const sha = shaOf(event);
  if (sha === undefined) return {};
  const { number } = pullRequest;
  const thread = { kind: "pull_request", number } as const;
  const of = { automation: automation.name, forge: forge.name, repo: event.repo.id, thread };
  const runs = await store.runs({ ...of, limit: RUNS_LOOKED_AT });
  const seen = runs[0]?.id ?? 0;
  const isOfAnother = (run: Run) => !isOver(run.state) && run.sha !== undefined && run.sha !== sha;
  if (!runs.some(isOfAnother)) return { seen };
  const now = await forge.pullRequest(event.repo, number, signal);
  const isOld = now.headSha !== undefined && now.headSha !== sha;
  return isOld ? { stale: "The pull request has a newer head already." } : { seen };
}

async function standingOfRef(
  question: Question,
  event: Extract<ForgeEvent, { kind: "push" | "tag" }>,
): Promise<Standing> {
  const { automation, store, forge, refs, signal } = question;
  const { repo, ref, before, after } = event;
  if (after === undefined) return {};
  const of = { forge: forge.name, repo: repo.id, automation: automation.name, ref };
  const all = await store.runs({ ...of, thread: "none", limit: RUNS_LOOKED_AT });
  const seen = all[0]?.id ?? 0;
  const runs = all.filter((run) => isPushed(run.event));
  const [newest] = runs;
  const last = newest && afterOf(newest);
  // The same commit again is told by its key; the one that the newest run is of came right before.
  if (last === undefined || last === after || last === before) return { seen };
  if (runs.some((run) => beforeOf(run) === after)) {
    return { stale: `A newer commit of ${ref} has a run already.` };
  }
  const now = await refs.heads(forge, { repo, ref }, signal);
  if (now.includes(after)) return { seen };
  if (now.length === 0) return { stale: `${ref} is not there any more.` };
  // It moved on again, perhaps to a commit that the automation does not want.
  const isNewer =
    !now.includes(last) && (await refs.goesOn(forge, { repo, ref, older: last, newer: after }, signal));
  return isNewer ? { seen } : { stale: `${ref} is at another commit now, and a run of it began already.` };
}

const afterOf = ({ event }: Run): string | undefined => ("after" in event ? event.after : undefined);
const beforeOf = ({ event }: Run): string | undefined => ("before" in event ? event.before : undefined);
