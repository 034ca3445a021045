/** How often a person hears of long work (ms). */
const EVERY_MS = 1_000;

/** A line on stderr each second of long work, where a person looks on: `told` says how far it is. */
export function createProgress(told: (count: number) => string): (count: number) => void {
  let last = performance.now();
  return (count) => {
    if (!process.stderr.isTTY || performance.now() - last < EVERY_MS) return;
    last = performance.now();
    process.stderr.write(`${told(count)}\n`);
  };
}
