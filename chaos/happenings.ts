import { commits } from "../demo/repository.ts";
import type { Told } from "../demo/stand-in/delivery.ts";
import type { Happening } from "../demo/stand-in/state.ts";
import type { World } from "../demo/world.ts";
import { DEFAULT_BRANCH, OWNER } from "../demo/world.ts";
import type { Random } from "./random.ts";
import type { AutomationName } from "./scene.ts";
import { askedBy, LABEL } from "./scene.ts";

/** A run that has to exist once. */
export interface ExpectedRun {
  readonly forge: string;
  readonly automation: AutomationName;
  /** What it is of: the commit that was pushed, or `#` and the number of an issue or pull request. */
  readonly of: string;
}

/** Something that a forge tells of and that starts a run. */
export interface Starting {
  readonly world: World;
  readonly told: Told;
  readonly run: ExpectedRun;
}

/** Of a hundred runs, how many are of which automation; what comes of issues is of pull requests where there are none. */
const SHARES: readonly (readonly [AutomationName, number])[] = [
  ["quick", 40],
  ["again", 25],
  ["clone", 15],
  ["proposal", 20],
];

/** Gits that tell of what happened at once. */
const AT_ONCE = 8;

/** Let so many things happen, on all forges alike, of which each starts one run. */
export async function happen(worlds: readonly World[], count: number, random: Random): Promise<Starting[]> {
  const all = worlds.map((world, at) => {
    const many = Math.floor((count + worlds.length - 1 - at) / worlds.length);
    const wishes = Array.from({ length: many }, (_, index) => wishOf(world, index, random));
    return inWorld(world, wishes);
  });
  return (await Promise.all(all)).flat();
}

interface Wish {
  readonly automation: AutomationName;
  readonly branch: string;
}

function wishOf(world: World, index: number, random: Random): Wish {
  let left = random.below(100);
  const [chosen] = SHARES.find(([, share]) => (left -= share) < 0) ?? ["quick"];
  const automation = chosen === "proposal" && !world.issues ? "look" : chosen;
  return { automation, branch: `${automation}/${index}` };
}

async function inWorld(world: World, wishes: readonly Wish[]): Promise<Starting[]> {
  const branched = wishes.filter(({ automation }) => automation !== "proposal");
  const files = (branch: string) => ({ "greeting.txt": `Hello, ${branch}!\n` });
  const made = await commits(
    world.bare,
    branched.map(({ branch }) => ({ branch, from: DEFAULT_BRANCH, message: branch, files: files(branch) })),
  );
  const shas = new Map(branched.map(({ branch }, at) => [branch, made[at] ?? ""]));
  const told: Starting[] = [];
  for (let at = 0; at < wishes.length; at += AT_ONCE) {
    const some = wishes.slice(at, at + AT_ONCE);
    told.push(...(await Promise.all(some.map((wish) => start(world, wish, shas.get(wish.branch) ?? "")))));
  }
  return told;
}

async function start(world: World, { automation, branch }: Wish, sha: string): Promise<Starting> {
  const { kind: forge, repository } = world;
  const about = { repository, actor: OWNER };
  const tell = async (happening: Happening, of: string): Promise<Starting> => ({
    world,
    told: await world.told(happening),
    run: { forge, automation, of },
  });
  if (automation === "proposal") {
    const thread = world.openIssue({ title: `Do it at ${branch}`, body: "Please." });
    if (askedBy(world) === "comment") {
      const comment = world.comment(thread, `/forgehand ${LABEL}`);
      return tell({ kind: "commented", ...about, thread, comment }, `#${thread.number}`);
    }
    world.changeLabels(thread, { add: [LABEL] });
    const labels = { added: [LABEL], removed: [] };
    return tell({ kind: "labels", ...about, thread, ...labels }, `#${thread.number}`);
  }
  if (automation === "look") {
    const thread = await world.openPullRequest({ title: branch, branch });
    return tell({ kind: "opened", ...about, thread }, `#${thread.number}`);
  }
  return tell({ kind: "pushed", ...about, branch, before: "0".repeat(40), after: sha }, sha);
}
