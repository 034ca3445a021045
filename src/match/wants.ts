import type { Automation } from "../core/automation.ts";
import type { Reading } from "../core/delivery.ts";
import { isOpenTo } from "../core/delivery.ts";
import type { ForgeEvent } from "../core/event.ts";
import type { RepositoryFiles } from "../core/repository-file.ts";
import { REPOSITORY_FILE } from "../core/repository-file.ts";
import { contextsOf, decide } from "./decide.ts";
import { urgeOf } from "./follow-up.ts";
import { mayStop } from "./stopping.ts";
import { saidIn } from "./talk.ts";

/**
 * Whether any automation could ever want a delivery; the others are kept as light rows. Runs inside the request, so it
 * looks at the event alone.
 */
export function wants(
  reading: Reading,
  automations: readonly Automation[],
  { forge, door }: { forge: string; door: string },
  files?: Pick<RepositoryFiles, "serves">,
): boolean {
  if (reading.kind !== "event") return false;
  // What the file of a repository says is not known in here: all that happens there may be wanted.
  const mayBeOwn = ({ repo }: ForgeEvent) => files?.serves(forge, repo.fullName) === true;
  if (isOpenTo(door, REPOSITORY_FILE) && reading.events.some(mayBeOwn)) return true;
  const contexts = contextsOf(automations);
  const open = automations.filter(({ name }) => isOpenTo(door, name));
  const speaksToUs = (event: ForgeEvent): boolean =>
    event.kind === "comment" && saidIn(event, open, forge) !== undefined;
  return reading.events.some(
    (event, index) =>
      open.some(
        (automation) =>
          mayStop(event, automation.on) ||
          decide(event, index, automation, forge, contexts).matched ||
          urgeOf(event, automation, { forge, contexts }) !== undefined,
      ) || speaksToUs(event),
  );
}
