import type { Told, WebhookDelivery } from "../demo/stand-in/delivery.ts";
import type { World } from "../demo/world.ts";
import { OWNER, STRANGER } from "../demo/world.ts";
import { adapters } from "../src/forges/index.ts";
import type { ExpectedRun, Starting } from "./happenings.ts";
import type { Random } from "./random.ts";

/** Stands in a template where each delivery has a number of its own: all digits, so that it is part of a commit's id too. */
const SERIAL = "7777777777";
/** Of a hundred deliveries: those that were sent before, and those that nobody signed. */
const TWICE = 5;
const UNSIGNED = 2;
/** Of a hundred others: those that somebody caused who may not. They are kept whole, and the forge is asked about him. */
const DENIED = 10;
/** Headers that prove who sent a delivery. */
const PROOF = /signature|authorization|token/;

/** One delivery of the burst. */
export interface Parcel {
  /** Name of its forge in the config. */
  readonly forge: string;
  /** Whether it is signed: what is not must be refused and not exist. */
  readonly proven: boolean;
}

/** Everything that is sent, in the order in which it is sent first. Each is made anew whenever it is asked for. */
export interface Burst {
  readonly length: number;
  /** How often each of these is in it: deliveries of their own, those that are sent twice, and those that nobody signed. */
  readonly counts: { readonly own: number; readonly twice: number; readonly unsigned: number };
  readonly runs: readonly ExpectedRun[];
  parcel(index: number): Parcel;
  /** By which the store knows it, beside its forge. */
  id(index: number): string;
  /** As it is sent, with its signature as of now. */
  request(index: number): WebhookDelivery;
}

interface Planned extends Written {
  readonly world: World;
  /** Its number among all; that of another one where it is the same once more. */
  readonly serial: number;
  readonly proven: boolean;
}

/** Plan so many deliveries: those that start runs, spread over all, and between them what forges send all day long. */
export async function planBurst(
  worlds: readonly World[],
  starting: readonly Starting[],
  { deliveries, random }: { deliveries: number; random: Random },
): Promise<Burst> {
  if (deliveries < starting.length) throw new RangeError("there are more runs than deliveries");
  const everyday = await Promise.all(worlds.map(async (world) => ({ world, ...(await templates(world)) })));
  const places = random.shuffled(Array.from({ length: deliveries }, (_, index) => index));
  const starts = new Map(starting.map((one, at) => [places[at], one] as const));
  const planned: Planned[] = [];
  const counts = { own: 0, twice: 0, unsigned: 0 };
  for (let serial = 0; serial < deliveries; serial++) {
    const one = starts.get(serial);
    const chance = random.below(100);
    const earlier = planned[random.below(Math.max(1, planned.length))];
    if (one !== undefined) {
      planned.push({ world: one.world, serial, ...written(one.told), proven: true });
      counts.own++;
    } else if (chance < TWICE && earlier?.proven === true) {
      planned.push(earlier);
      counts.twice++;
    } else {
      const { world, quiet, denied } = random.pick(everyday);
      const proven = chance >= TWICE + UNSIGNED;
      const told = random.below(100) < DENIED ? denied : random.pick(quiet);
      planned.push({ world, serial, ...told, proven });
      counts[proven ? "own" : "unsigned"]++;
    }
  }
  const at = (index: number): Planned => {
    const one = planned[index];
    if (one === undefined) throw new RangeError(`there is no delivery ${index}`);
    return one;
  };
  return {
    length: deliveries,
    counts,
    runs: starting.map(({ run }) => run),
    parcel(index) {
      const { world, proven } = at(index);
      return { forge: world.kind, proven };
    },
    id: (index) => knownAs(at(index).world, signed(at(index))),
    request(index) {
      const request = signed(at(index));
      return at(index).proven ? request : { ...request, headers: unproven(request.headers) };
    },
  };
}

/** What forges tell of all day long and nothing comes of, as texts with a place for a number. */
async function templates(world: World): Promise<{ quiet: Written[]; denied: Written }> {
  const { repository } = world;
  const about = { repository, actor: OWNER };
  const thread = world.issues
    ? world.openIssue({ title: "Talk about it", body: "Please." })
    : await world.openPullRequest({ title: "Talk about it", branch: "main" });
  const comment = world.comment(thread, `It does not work when I try it: ${SERIAL}.`);
  const [before, after] = ["0".repeat(40), SERIAL.repeat(4)];
  const tolds = [
    world.told({ kind: "pushed", ...about, branch: `quiet/${SERIAL}`, before, after }),
    world.told({ kind: "commented", ...about, thread, comment }),
    world.told({ kind: "edited", ...about, thread }),
  ];
  const branch = `quick/${SERIAL}`;
  const denied = await world.told({ kind: "pushed", repository, actor: STRANGER, branch, before, after });
  return { quiet: (await Promise.all(tolds)).map(written), denied: written(denied) };
}

/** What a delivery says, as text. */
interface Written {
  readonly event: string;
  readonly text: string;
}

const written = ({ event, payload }: Told): Written => ({ event, text: JSON.stringify(payload) });

function signed({ world, serial, text, event }: Planned): WebhookDelivery {
  const payload = JSON.parse(text.replaceAll(SERIAL, String(1_000_000_000 + serial))) as Told["payload"];
  const id = `00000000-0000-4000-8000-${String(serial).padStart(12, "0")}`;
  return world.sign({ event, payload }, id);
}

function unproven(headers: WebhookDelivery["headers"]): WebhookDelivery["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !PROOF.test(name)));
}

/** The id that the adapter of a forge finds in a delivery. */
function knownAs({ kind }: World, { headers, body }: WebhookDelivery): string {
  const adapter = adapters.find((one) => one.kind === kind);
  return adapter?.identify({ headers, body: Buffer.from(body) }).id ?? "";
}
