import type { Box } from "../../src/core/executor.ts";

/** What a box is made with; Debian's packages are bubblewrap, socat and util-linux. */
export const SANDBOX_PROGRAMS = ["bwrap", "socat", "prlimit"];

/** A box that writes a folder and reaches nothing; each test says what else. */
export function boxAround(folder: string, change: Partial<Box> = {}): Box {
  return { writes: [folder], reads: [], hides: [], network: [], bridges: {}, limits: {}, ...change };
}
