import { cut } from "../core/text.ts";
import type { Named } from "./template.ts";
import { namesOf, render } from "./template.ts";

/** Longest name of a group, in characters. */
const LONGEST = 200;

/**
 * The concurrency group that a template makes for a run. Where what people wrote cannot be filled in, or nothing is left,
 * the template itself names the group: rather wait for too many runs than for too few.
 */
export function groupOf(template: string, run: Named): string {
  try {
    const name = render(template, namesOf(run)).replace(/\s+/g, " ").trim();
    return cut(name === "" ? template : name, LONGEST);
  } catch {
    return cut(template, LONGEST);
  }
}
