import { makeBareRepository } from "../repository.ts";
import type { GitAccess } from "../git-server.ts";
import { startGitServer } from "../git-server.ts";
import type { StatusState } from "../../src/core/status.ts";
import type { Level } from "../../src/core/webhooks.ts";
import type { Call, Words, World } from "../world.ts";
import { DEFAULT_BRANCH, OWNER } from "../world.ts";
import type { Answer } from "./answer.ts";
import type { Told, WebhookDelivery } from "./delivery.ts";
import { addHook } from "./hook-list.ts";
import { attempt } from "./hooks.ts";
import type { StandingHook } from "./hooks.ts";
import { addComment, changeLabels, editComment, openIssue, openPull } from "./doings.ts";
import type { RequestMatch } from "./faults.ts";
import { addTeam, assign, check, review } from "./people.ts";
import type { StandInServer } from "./server.ts";
import type { Account, Happening, State, Thread } from "./state.ts";
import { nextId, repositoryNamed } from "./state.ts";

/** What a forge brings along to become a world. */
export interface Stage {
  readonly kind: string;
  readonly words: Words;
  /** False where there are neither issues nor labels. */
  readonly issues?: boolean;
  readonly standIn: Omit<StandInServer, "origin"> & { readonly url: string; readonly state: State };
  /** Full names of its two repositories. */
  readonly repository: string;
  readonly fork: string;
  readonly self: Account;
  readonly gitAccess: GitAccess;
  /** Settings for the config, given the address of the git server. */
  readonly forge: (gitUrl: string) => Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly told: (happening: Happening) => Told | Promise<Told>;
  /** With the secret of the config, or another one. */
  readonly sign: (told: Told, id: string | undefined, secret?: string) => WebhookDelivery;
  /**
   * What a webhook sends of what is told, in the delivery of this number; undefined where it does not listen to that.
   * Whatever it is, signed with the webhook's secret, if not said.
   */
  readonly sends?: (hook: StandingHook, told: Told, id: number) => WebhookDelivery | undefined;
  /** How the forge holds back the deliveries of a webhook after failures; absent where it never does. */
  readonly hold?: (hook: StandingHook) => void;
  /** Names of the places of webhooks, where they are not the repository and what stands before its first slash. */
  readonly owner?: string;
  readonly untold?: World["untold"];
  /** None of either, if not said. */
  readonly tells?: World["tells"];
  readonly bot?: Account;
  /** True where some comments are seen by some people only. */
  readonly internalComments?: boolean;
  /** What it is called, if not said. */
  readonly checkName?: World["checkName"];
  /** What a config calls a team: what stands before the first slash of the repository, and its name, if not said. */
  readonly teamName?: (name: string) => string;
  /** By their numbers, if not said. */
  readonly ids?: World["ids"];
  /** The forge's word for each state of a status; of those that share one, the first is what is seen. */
  readonly states: Readonly<Record<StatusState, string>>;
  /** The request of each call: about one issue or pull request, or about any. */
  readonly calls: Readonly<Record<Call, (thread?: Thread) => RequestMatch>>;
  readonly refusal: (status: number, message: string) => Answer;
  readonly secrets: () => string[];
}

const BY_NUMBER: World["ids"] = {
  account: ({ id }) => String(id),
  repository: ({ id }) => String(id),
  comment: (_thread, { id }) => String(id),
};

/** Make a world of a stage: its git repositories, and all that the state alone tells. */
export async function raise(root: string, stage: Stage): Promise<World> {
  const { standIn, self, states, issues = true } = stage;
  const { state } = standIn;
  const repository = repositoryNamed(state, stage.repository);
  const bare = await makeBareRepository(root, repository.fullName, DEFAULT_BRANCH);
  const git = await startGitServer({ root, credentials: stage.gitAccess });
  const needIssues = () => {
    if (!issues) throw new TypeError(`${stage.words.forge} has neither issues nor labels`);
  };
  const internalComment: World["internalComment"] = (thread, body, actor = OWNER) =>
    addComment(state, { thread, actor, body, internal: true });
  return {
    kind: stage.kind,
    words: stage.words,
    issues,
    url: standIn.url,
    git,
    repository,
    fork: repositoryNamed(state, stage.fork),
    root,
    bare,
    self,
    forge: stage.forge(git.url),
    environment: stage.environment,
    openIssue: (said, actor = OWNER) => {
      needIssues();
      return openIssue(state, { repository, actor, ...said });
    },
    openPullRequest: ({ title, branch, draft = false, from = repository }, actor = OWNER) => {
      const pull = { head: { repository: from, branch }, base: DEFAULT_BRANCH, draft };
      return openPull(state, { repository, actor, title, body: "", pull });
    },
    changeLabels: (thread, change, actor = OWNER) => {
      needIssues();
      changeLabels(state, { thread, actor, ...change });
    },
    comment: (thread, body, actor = OWNER) => addComment(state, { thread, actor, body }),
    editComment,
    ...(stage.internalComments === true ? { internalComment } : {}),
    assign: (thread, assignee, actor = OWNER) => assign(state, { thread, actor, assignee }),
    unassign: (thread, assignee, actor = OWNER) => assign(state, { thread, actor, assignee, away: true }),
    review: (thread, given, body, actor = OWNER) => review(state, { thread, actor, state: given, body }),
    reviewers: ({ reviewers }) => reviewers,
    check: (sha, name, ended, actor = OWNER) => check(state, { repository, actor, sha, name, state: ended }),
    checkName: stage.checkName ?? ((name) => name),
    requireChecks: (branch, names) => void repository.requiredChecks.set(branch, names),
    team: (name, members) => {
      addTeam(state, name, members);
      return stage.teamName?.(name) ?? `${namesOf(stage).owner}/${name}`;
    },
    tells: stage.tells ?? { reviews: [], checks: [] },
    ...(stage.bot === undefined ? {} : { bot: stage.bot }),
    listen: (listener) => {
      state.listeners.add(listener);
      return () => state.listeners.delete(listener);
    },
    told: async (happening) => stage.told(happening),
    sign: (told, id) => stage.sign(told, id),
    hooks: {
      all: () => state.hooks,
      place: (level) => ({ level, name: namesOf(stage)[level] }),
      add: (place, url) =>
        addHook(state, { place, url, secret: "", events: ["push"], active: true, settings: {} }),
      ...(stage.hold === undefined ? {} : { hold: stage.hold }),
      deliver: async (hook, told) => {
        const id = nextId(state);
        const { sends = () => stage.sign(told, undefined, hook.secret) } = stage;
        const request = sends(hook, told, id);
        return request && attempt(hook, { id, event: told.event, request });
      },
    },
    untold: stage.untold ?? [],
    ids: stage.ids ?? BY_NUMBER,
    shows: (shown) => seenIn(states, states[shown]),
    statuses: (sha) =>
      repository.statuses
        .filter((status) => sha === undefined || status.sha === sha)
        .map((status) => ({
          sha: status.sha,
          state: seenIn(states, status.state),
          context: status.context,
          description: status.description ?? "",
          ...(status.targetUrl === null ? {} : { url: status.targetUrl }),
        })),
    comments: ({ comments }) => comments.filter(({ author }) => author.id === self.id),
    requests: standIn.requests,
    answerNext: (call, fault, thread) => {
      const answer =
        typeof fault === "string"
          ? fault
          : stage.refusal(fault.status, fault.message ?? "Something is wrong.");
      return standIn.answerNext(stage.calls[call](thread), answer);
    },
    secrets: stage.secrets,
    close: async () => {
      await standIn.close();
      await git.close();
    },
  };
}

/** The name of each level's place. */
function namesOf({ repository, owner = repository.split("/")[0] ?? "" }: Stage): Record<Level, string> {
  return { repository, owner, system: "" };
}

function seenIn(states: Stage["states"], word: string): StatusState {
  const [state] = Object.entries(states).find(([, one]) => one === word) ?? [];
  if (state === undefined) throw new Error(`the state ${word} is none that Forgehand sets`);
  return state as StatusState;
}
