/** How much of everything there is. */
export interface Size {
  /** Deliveries, those that come twice and those that nobody signed among them. */
  readonly deliveries: number;
  /** Those of them that start a run. */
  readonly runs: number;
  readonly kills: number;
}

/** What may be asked for by name. */
export const SIZES: Readonly<Record<string, Size>> = {
  ci: { deliveries: 2_000, runs: 50, kills: 10 },
  nightly: { deliveries: 100_000, runs: 2_000, kills: 101 },
};

/** The size of a name, or of a number of deliveries: a run for every fifty, and a kill for every five hundred. */
export function sizeOf(text: string): Size | undefined {
  const named = Object.hasOwn(SIZES, text) ? SIZES[text] : undefined;
  if (named !== undefined) return named;
  const deliveries = wholeNumber(text);
  if (deliveries === undefined || deliveries === 0) return undefined;
  return { deliveries, runs: Math.ceil(deliveries / 50), kills: Math.ceil(deliveries / 500) };
}

export function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
