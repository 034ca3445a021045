import { branchesBelow, headOf, readAt } from "./repository.ts";
import type { Received } from "./stand-in/delivery.ts";
import type { Thread } from "./stand-in/state.ts";
import type { Sight } from "./story.ts";
import type { World } from "./world.ts";

export const LABEL = "coding agent";
/** What a comment says where there are no labels. */
export const COMMAND = "solve";
export const AGENT = "coding-agent";
export const TEST = "test";
/** The file that the issue is about, and what becomes of it. */
export const FILE = "README.md";
export const WRONG = "Every committ is welcome.";
export const RIGHT = "Every commit is welcome.";

type Look = (step: string, look: Sight["look"]) => Sight;

const at =
  ({ kind }: World, place: string): Look =>
  (step, look) => ({ forge: kind, place, step, look });

/** All that must be seen of the issue: from the delivery to the pull request that closes it. */
export function issueSights(world: World, issue: Thread, received: Received): Sight[] {
  const { git, bare, repository, words } = world;
  const see = at(world, words.name(issue));
  const branch = async () => (await branchesBelow(bare, `forgehand/${AGENT}/`))[0];
  const pushed = async () => {
    const name = await branch();
    return name === undefined ? undefined : headOf(bare, name);
  };
  const pull = async () => {
    const name = await branch();
    return repository.threads.find((thread) => thread.pull !== undefined && thread.pull.head.branch === name);
  };
  const [processing, done] = world.lacks.labels ? [[], []] : labelSights(see, issue);
  return [
    see("delivery kept", () => kept(received)),
    see("run started", () => {
      const cloned = git.requests.some(
        ({ path, user }) => user !== undefined && path.endsWith("/git-upload-pack"),
      );
      return cloned ? "its repository is cloned" : undefined;
    }),
    ...processing,
    see("comment written", () => world.comments(issue)[0]?.bodies[0]?.split("\n")[1]),
    see("branch pushed", async () => {
      const sha = await pushed();
      return sha && `${(await branch()) ?? ""} at ${short(sha)}`;
    }),
    see("file edited", async () => {
      const sha = await pushed();
      const text = sha && (await readAt(bare, sha, FILE));
      return text?.includes(RIGHT) ? `${FILE} says "${RIGHT}"` : undefined;
    }),
    see(`${words.pullRequest} opened`, async () => {
      const opened = await pull();
      if (!opened?.body.includes(words.closes(issue))) return undefined;
      return `${words.name(opened)} "${opened.title}", it closes ${words.name(issue)}`;
    }),
    ...statusSights(world, see, AGENT, "success", pushed),
    ...done,
    see("comment kept up to date", () => upToDate(world, issue, "succeeded")),
  ];
}

/** What must be seen of the labels: while the run is under way, and when it is over. */
function labelSights(see: Look, issue: Thread): [Sight[], Sight[]] {
  const processing = see(`label "${LABEL} processing" set`, () => {
    const set = issue.events.find(
      ({ event, label }) => event === "labeled" && label === `${LABEL} processing`,
    );
    return set && `by ${set.actor.login}`;
  });
  const done = see(`label "${LABEL} done" alone`, () => {
    const [label, ...others] = issue.labels;
    return label === `${LABEL} done` && others.length === 0 ? "the trigger label is off" : undefined;
  });
  return [[processing], [done]];
}

/** All that must be seen of a pull request whose command ends in this way. */
export function pullSights(
  world: World,
  {
    pull,
    sha,
    received,
    ends,
  }: { pull: Thread; sha: string; received: Received; ends: "success" | "failure" },
): Sight[] {
  const see = at(world, world.words.name(pull));
  const word = ends === "success" ? "succeeded" : "failed";
  return [
    see("delivery kept", () => kept(received)),
    ...statusSights(world, see, TEST, ends, () => sha),
    see("comment kept up to date", () => upToDate(world, pull, word)),
  ];
}

/** What must still hold when everything is quiet: nothing was told twice, and nothing else. */
export function lastingSights(world: World, threads: readonly Thread[]): Sight[] {
  const { repository, words } = world;
  const see = at(world, "at the end");
  return [
    see("one comment each", () => {
      const once = threads.every((thread) => world.comments(thread).length === 1);
      return once ? `on ${threads.map((thread) => words.name(thread)).join(", ")}` : undefined;
    }),
    see("nothing anywhere else", () => {
      const others = repository.threads.filter((thread) => !threads.includes(thread));
      const bare = others.every(({ comments, events }) => comments.length + events.length === 0);
      return bare
        ? `${others.map((thread) => words.name(thread)).join(", ")} has no comment and no label`
        : undefined;
    }),
    see("statuses pending, then final", () => {
      const places = Map.groupBy(world.statuses(), ({ sha, context }) => `${context} ${sha}`);
      const rows = [...places.values()].map((statuses) => statuses.map(({ state }) => state));
      const fine = rows.every(
        ([first, last, ...more]) => first === "pending" && last !== "pending" && more.length === 0,
      );
      return fine && rows.length === threads.length ? `on ${rows.length} commits` : undefined;
    }),
  ];
}

/** First pending, then how it ended, on the right commit under the right name. */
function statusSights(
  world: World,
  see: Look,
  automation: string,
  ends: "success" | "failure",
  sha: () => string | undefined | Promise<string | undefined>,
): Sight[] {
  const context = `forgehand/${automation}`;
  const nth = async (index: number, state: string) => {
    const commit = (await sha()) ?? "";
    const status = world.statuses(commit).filter((one) => one.context === context)[index];
    return status?.state === state ? `${context} on ${short(commit)}: ${status.description}` : undefined;
  };
  return [see("status pending", () => nth(0, "pending")), see(`status ${ends}`, () => nth(1, ends))];
}

function kept({ status, body }: Received): string | undefined {
  const recorded = status === 200 && (body as { status?: string }).status === "recorded";
  return recorded ? "answered 200, it is on disk" : undefined;
}

function upToDate(world: World, thread: Thread, word: string): string | undefined {
  const [comment, ...others] = world.comments(thread);
  const line = comment?.bodies.at(-1)?.split("\n")[1];
  return others.length === 0 && line?.includes(word) ? line : undefined;
}

function short(sha: string): string {
  return sha.slice(0, 7);
}
