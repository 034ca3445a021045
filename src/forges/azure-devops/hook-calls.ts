import type { Asked, Line } from "./line.ts";

/** Asks about service hooks, below `/_apis/hooks`. */
export function askHooks<T>(line: Line, asked: Asked<T>): Promise<T> {
  return line.ask({ ...asked, path: `/_apis/hooks${asked.path}` });
}
