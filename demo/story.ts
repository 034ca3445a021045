import { setTimeout as wait } from "node:timers/promises";

/** Something that must come to be seen at the stand-in API or in the git repository. */
export interface Sight {
  /** Name of the forge. */
  readonly forge: string;
  /** Where, such as `issue #1`. */
  readonly place: string;
  readonly step: string;
  /** Details once it is there; undefined until then. */
  look(): string | undefined | Promise<string | undefined>;
}

/** A sight that was seen, or was not. */
export interface Fact {
  readonly forge: string;
  readonly place: string;
  readonly step: string;
  /** Details, where it was seen. */
  readonly seen?: string;
  /** Seconds since the start. */
  readonly at?: number;
}

/** Milliseconds between two looks. */
const GLANCE = 20;

/** Look for sights, at least once and in whatever order they come, and tell each when it is there. The answer is in the order asked. */
export async function watch(
  sights: readonly Sight[],
  options: { deadline: number; seconds: () => number; tell: (fact: Fact) => void },
): Promise<Fact[]> {
  const facts = new Map<Sight, Fact>();
  const end = Date.now() + options.deadline;
  for (;;) {
    for (const sight of sights) {
      if (facts.has(sight)) continue;
      const seen = await sight.look();
      if (seen === undefined) continue;
      const { forge, place, step } = sight;
      const fact: Fact = { forge, place, step, seen, at: options.seconds() };
      facts.set(sight, fact);
      options.tell(fact);
    }
    if (facts.size === sights.length || Date.now() > end) break;
    await wait(GLANCE);
  }
  return sights.map((sight) => facts.get(sight) ?? missed(sight));
}

function missed({ forge, place, step }: Sight): Fact {
  return { forge, place, step };
}
