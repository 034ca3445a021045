import type { Automation } from "../core/automation.ts";
import { isRetryable, messageOf } from "../core/errors.ts";
import type { ForgeEvent, Repo } from "../core/event.ts";
import type { Forge } from "../core/forge.ts";
import type { Claim } from "../core/job.ts";
import type { Log } from "../core/log.ts";
import type { FileProblem, KeptFile, RepositoryFiles } from "../core/repository-file.ts";
import {
  LONGEST_REPOSITORY_FILE,
  REPOSITORY_FILE,
  REPOSITORY_FILE_CONTEXT,
  tellsOf,
} from "../core/repository-file.ts";
import { placeKey } from "../core/status.ts";
import type { Store } from "../core/store.ts";

/** How long what was read stands without a push that tells of a change: webhooks get lost. */
const STALE_MS = 3_600_000;

/** What is needed to know the automations of repositories. */
export interface FileTools {
  readonly store: Store;
  readonly files: RepositoryFiles;
  readonly log: Log;
}

/** What the file of a repository comes to now. */
export interface OwnAutomations {
  readonly automations: readonly Automation[];
  readonly problems: readonly FileProblem[];
}

const NONE: OwnAutomations = { automations: [], problems: [] };

/**
 * The automations that a repository adds by its file on the default branch, whatever branch the event is about. The
 * forge is asked again after a push to that branch and once an hour; what it would not tell counts for nothing. Throws
 * what the forge threw where it may pass, so that the job is tried again.
 */
export async function ownAutomations(
  { store, files, log }: FileTools,
  { event, forge, claim, signal }: { event: ForgeEvent; forge: Forge; claim: Claim; signal: AbortSignal },
): Promise<OwnAutomations> {
  const { repo } = event;
  if (!files.serves(forge.name, repo.fullName)) return NONE;
  const kept = await store.repositoryFile(forge.name, repo.id);
  const fresh = kept !== undefined && !isDue(kept, event, new Date()) ? kept : await ask(forge, repo, signal);
  const read =
    fresh.text === undefined ? { automations: [], problems: fresh.problems } : files.read(fresh.text);
  const changed = fresh !== kept || JSON.stringify(read.problems) !== JSON.stringify(kept.problems);
  if (changed) {
    const file = { ...fresh, problems: read.problems, mended: isMended(kept, fresh, read.problems) };
    await keep({ store, log }, claim, file);
  }
  return read;
}

/** Whether the forge has to be asked again. */
export function isDue(
  kept: Pick<KeptFile, "branch" | "sha" | "askedAt">,
  event: ForgeEvent,
  now: Date,
): boolean {
  if (now.getTime() - kept.askedAt.getTime() > STALE_MS) return true;
  if (event.kind !== "push") return false;
  const branch = event.repo.defaultBranch ?? kept.branch;
  return event.ref === `refs/heads/${branch}` && (kept.sha === undefined || event.after !== kept.sha);
}

/** Good news is told after bad news, and again where the same commit told of it already. */
function isMended(kept: KeptFile | undefined, fresh: KeptFile, problems: readonly FileProblem[]): boolean {
  if (problems.length > 0 || kept === undefined) return false;
  return kept.problems.length > 0 || (kept.mended && kept.sha === fresh.sha);
}

/** Ask for the file at the head of the default branch. That head is asked for first: a branch may move meanwhile. */
async function ask(forge: Forge, repo: Repo, signal: AbortSignal): Promise<KeptFile> {
  const askedAt = new Date();
  const about = { forge: forge.name, repo, problems: [], mended: false, askedAt };
  let branch = repo.defaultBranch ?? "";
  try {
    branch = await forge.defaultBranch(repo, signal);
    const heads = await forge.listings.branches(repo, undefined, signal);
    const sha = heads.kind === "listed" ? heads.items.find(({ name }) => name === branch)?.sha : undefined;
    const text = await forge.readFile(repo, REPOSITORY_FILE, sha ?? branch, signal);
    return {
      ...about,
      branch,
      ...(sha !== undefined && { sha }),
      ...(text !== undefined && { text: text.slice(0, LONGEST_REPOSITORY_FILE + 1) }),
    };
  } catch (error) {
    signal.throwIfAborted();
    if (isRetryable(error)) throw error;
    const message = `The file could not be read: ${messageOf(error)}`;
    return { ...about, branch, problems: [{ path: "", message }] };
  }
}

/** Write down what was read, and see that its commit tells of it. */
async function keep(
  { store, log }: Pick<FileTools, "store" | "log">,
  claim: Claim,
  file: KeptFile,
): Promise<void> {
  const { forge, repo, sha, problems } = file;
  await store.write(claim, async (transaction) => {
    const saved = await transaction.saveRepositoryFile(file);
    if (!saved || sha === undefined || !tellsOf(file)) return;
    const context = REPOSITORY_FILE_CONTEXT;
    await transaction.ask("report", placeKey({ kind: "status", forge, repo: repo.id, sha, context }));
  });
  if (problems.length > 0) {
    const lines = problems.map(({ line, path }) => ({ line, path }));
    log.warn(
      { forge, repository: repo.fullName, sha, problems: lines },
      "the file of a repository has problems",
    );
  }
}
