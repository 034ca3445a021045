import { setStatus } from "../stand-in/doings.ts";
import { branchesWith, commitOf } from "../stand-in/git.ts";
import type { Body } from "../stand-in/route.ts";
import { textIn } from "../stand-in/route.ts";
import type { Account, Repository, Status } from "../stand-in/state.ts";
import { nextId } from "../stand-in/state.ts";
import { badParameter, invalid, notFound, Refusal } from "./answer.ts";
import type { GitLabState, Job, JobState, Pipeline } from "./state.ts";
import { JOB_STATES } from "./state.ts";

/** Characters of a description, an address or a ref. */
const LONGEST = 255;

/** GitLab's name for the step into a state, and the states that it can be taken from. A new row is `created`. */
const STEPS: Readonly<Record<JobState, { readonly event: string; readonly from: readonly string[] }>> = {
  pending: { event: "enqueue", from: ["created"] },
  running: { event: "run", from: ["created", "pending"] },
  success: { event: "success", from: ["created", "pending", "running"] },
  failed: { event: "drop", from: ["created", "pending", "running"] },
  canceled: { event: "cancel", from: ["created", "pending", "running"] },
  skipped: { event: "skip", from: ["created", "pending"] },
};

interface Posted {
  readonly repository: Repository;
  readonly actor: Account;
  readonly sha: string;
  readonly body: Body;
}

/**
 * Set a status as GitLab does: it is a job of a pipeline. A row that is not over yet goes on, and cannot go to where it
 * is; one that is over is followed by a new one.
 */
export async function postStatus(state: GitLabState, posted: Posted): Promise<{ job: Job; status: Status }> {
  const { repository, actor, sha, body } = posted;
  const wanted = stateIn(body);
  const description = shortText(body, "description");
  const targetUrl = shortText(body, "target_url");
  if (targetUrl !== null && !/^https?:\/\//.test(targetUrl)) {
    throw invalid("target_url", "is blocked: Only allowed schemes are http, https");
  }
  const known = /^[0-9a-f]{40}$/.test(sha) ? await commitOf(state.root, repository, sha) : undefined;
  if (known === undefined) throw notFound("Commit");
  const pipeline = await pipelineFor(state, posted);
  const name = textIn(body, "name") ?? textIn(body, "context") ?? "default";
  const job = jobFor(state, { repository, pipeline, name, user: actor }, wanted);
  const said = { id: job.id, sha, state: wanted, context: name, description, targetUrl };
  return { job, status: setStatus(state, { repository, actor }, said) };
}

/** The pipeline that is named, else the newest of the commit and ref, else a new one. */
async function pipelineFor(state: GitLabState, { repository, sha, body }: Posted): Promise<Pipeline> {
  const ref = textIn(body, "ref");
  const fitting = state.pipelines.filter((one) => one.sha === sha && (ref === undefined || one.ref === ref));
  if (body.pipeline_id !== undefined) {
    const named = fitting.find(({ id }) => id === Number(body.pipeline_id));
    if (named === undefined) throw notFound("Pipeline");
    return named;
  }
  const [branch] = ref === undefined ? await branchesWith(state.root, repository, sha) : [ref];
  const newest = fitting.at(-1);
  if (newest !== undefined) return newest;
  if (branch === undefined) throw notFound("References for commit");
  const made: Pipeline = { id: nextId(state), sha, ref: branch, source: "external" };
  state.pipelines.push(made);
  return made;
}

/** The row of this name and author, moved to its new state. Throws 400 where it cannot go there. */
function jobFor(
  state: GitLabState,
  about: Pick<Job, "repository" | "pipeline" | "name" | "user">,
  wanted: JobState,
): Job {
  const open = state.jobs.find(
    ({ pipeline, name, user, state: now }) =>
      pipeline === about.pipeline &&
      name === about.name &&
      user.id === about.user.id &&
      (now === "pending" || now === "running"),
  );
  const from = open?.state ?? "created";
  const step = STEPS[wanted];
  if (!step.from.includes(from)) {
    const reason = `Status cannot transition via "${step.event}"`;
    throw new Refusal(400, {
      message: `Cannot transition status via :${step.event} from :${from} (Reason(s): ${reason})`,
    });
  }
  const job = open ?? { id: nextId(state), ...about, ref: about.pipeline.ref, state: wanted };
  if (open === undefined) state.jobs.push(job);
  job.state = wanted;
  return job;
}

function stateIn(body: Body): JobState {
  const text = textIn(body, "state");
  if (text === undefined) throw badParameter("state is missing");
  const found = JOB_STATES.find((one) => one === text);
  if (found === undefined) throw badParameter("state does not have a valid value");
  return found;
}

function shortText(body: Body, name: string): string | null {
  const text = textIn(body, name) ?? null;
  if (text !== null && Array.from(text).length > LONGEST) {
    throw invalid(name, `is too long (maximum is ${LONGEST} characters)`);
  }
  return text;
}
