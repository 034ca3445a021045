import { createContext, Script } from "node:vm";

const context = createContext({ work: undefined as (() => void) | undefined });
const script = new Script("work()");

/** Do some work, and throw where it is not done after so many milliseconds: no timer could stop a loop without end. */
export function within(milliseconds: number, work: () => void): void {
  context.work = work;
  script.runInContext(context, { timeout: milliseconds });
}
