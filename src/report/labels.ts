import type { Run } from "../core/run.ts";
import { LABEL_OF, labelFamily } from "../core/status.ts";

/** How the labels of a family have to change to show a run. */
export interface LabelChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/**
 * The labels that show a run: one of its family is on, the others are off. The trigger label goes as soon as its
 * request is answered, so that a person can set it again. Only what we set before is taken off; the first report of a
 * place takes off them all.
 */
export function labelsOf(
  run: Run,
  options: { trigger: string; answered: boolean; shown: string | undefined },
): LabelChange {
  const { trigger, answered, shown } = options;
  const label = `${trigger} ${LABEL_OF[run.state]}`;
  const ours = shown === undefined ? labelFamily(trigger) : [shown];
  const stale = ours.filter((one) => one !== label);
  return { add: [label], remove: answered ? [trigger, ...stale] : stale };
}
