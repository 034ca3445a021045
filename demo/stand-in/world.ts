import { makeBareRepository } from "../repository.ts";
import type { GitAccess } from "../git-server.ts";
import { startGitServer } from "../git-server.ts";
import type { StatusState } from "../../src/core/status.ts";
import type { Call, Words, World } from "../world.ts";
import { DEFAULT_BRANCH, OWNER } from "../world.ts";
import type { Answer } from "./answer.ts";
import type { Told, WebhookDelivery } from "./delivery.ts";
import { addComment, changeLabels, openIssue, openPull } from "./doings.ts";
import type { RequestMatch } from "./faults.ts";
import type { StandInServer } from "./server.ts";
import type { Account, Happening, State, Thread } from "./state.ts";
import { repositoryNamed } from "./state.ts";

/** What a forge brings along to become a world. */
export interface Stage {
  readonly kind: string;
  readonly words: Words;
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
  readonly sign: (told: Told, id: string | undefined) => WebhookDelivery;
  /** The forge's word for each state of a status; of those that share one, the first is what is seen. */
  readonly states: Readonly<Record<StatusState, string>>;
  /** The request of each call: about one issue or pull request, or about any. */
  readonly calls: Readonly<Record<Call, (thread?: Thread) => RequestMatch>>;
  readonly refusal: (status: number, message: string) => Answer;
  readonly secrets: () => string[];
  /** How deliveries name things, where that is not by their number. */
  readonly ids?: World["ids"];
  readonly untold?: World["untold"];
}

const BY_NUMBER: World["ids"] = {
  account: ({ id }) => String(id),
  repository: ({ id }) => String(id),
  comment: (_thread, { id }) => String(id),
};

/** Make a world of a stage: its git repositories, and all that the state alone tells. */
export async function raise(root: string, stage: Stage): Promise<World> {
  const { standIn, self, states } = stage;
  const { state } = standIn;
  const repository = repositoryNamed(state, stage.repository);
  const bare = await makeBareRepository(root, repository.fullName, DEFAULT_BRANCH);
  const git = await startGitServer({ root, credentials: stage.gitAccess });
  return {
    kind: stage.kind,
    words: stage.words,
    url: standIn.url,
    git,
    repository,
    fork: repositoryNamed(state, stage.fork),
    root,
    bare,
    self,
    forge: stage.forge(git.url),
    environment: stage.environment,
    openIssue: (said, actor = OWNER) => openIssue(state, { repository, actor, ...said }),
    openPullRequest: ({ title, branch, draft = false, from = repository }, actor = OWNER) => {
      const pull = { head: { repository: from, branch }, base: DEFAULT_BRANCH, draft };
      return openPull(state, { repository, actor, title, body: "", pull });
    },
    changeLabels: (thread, change, actor = OWNER) => void changeLabels(state, { thread, actor, ...change }),
    comment: (thread, body, actor = OWNER) => addComment(state, { thread, actor, body }),
    listen: (listener) => {
      state.listeners.add(listener);
      return () => state.listeners.delete(listener);
    },
    told: async (happening) => stage.told(happening),
    sign: (told, id) => stage.sign(told, id),
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
    ids: stage.ids ?? BY_NUMBER,
    untold: stage.untold ?? [],
    close: async () => {
      await standIn.close();
      await git.close();
    },
  };
}

function seenIn(states: Stage["states"], word: string): StatusState {
  const [state] = Object.entries(states).find(([, one]) => one === word) ?? [];
  if (state === undefined) throw new Error(`the state ${word} is none that Forgehand sets`);
  return state as StatusState;
}
