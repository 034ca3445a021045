import type { Foreseen, Passed } from "../operate/foresee.ts";
import type { Replayed } from "../operate/replay.ts";
import { columnLines } from "./columns.ts";

/** What became of a delivery that was matched again, on a line for each automation that it meant something to. */
export function replayedText({ delivery, state, reason, decisions = [] }: Replayed): string {
  const name = `delivery ${delivery}`;
  if (state !== "matched") return `${name}: ${state}${reason === undefined ? "" : `. ${reason}`}`;
  const told = decisions.filter(({ outcome }) => outcome !== "not matched");
  if (told.length === 0) return `${name}: no automation wants it`;
  return told
    .map(({ automation, outcome, reason: why, run }) =>
      outcome === "run"
        ? `${name}: ${automation}: run ${run ?? ""}`
        : `${name}: ${automation}: ${outcome}. ${why}`,
    )
    .join("\n");
}

const HEADS = ["delivery", "forge", "event", "automation", "then", "now", "why"] as const;

/** What would be different, as a table. */
export function foreseenText(rows: readonly Foreseen[], passed: Passed, asked: boolean): string {
  const cells = rows.map(({ delivery, forge, event, automation, before = "—", after = "—", reason }) => [
    delivery,
    forge,
    event,
    automation,
    before,
    after,
    reason,
  ]);
  const lines = columnLines(HEADS, cells);
  return [
    ...(rows.length === 0 ? ["Nothing would be different."] : lines),
    "",
    ...passedLines(passed, asked),
  ].join("\n");
}

function passedLines({ asked: looked, withoutBody, ignored, unreadable }: Passed, asks: boolean): string[] {
  const few = (count: number): string => (count === 1 ? "1 delivery" : `${count} deliveries`);
  return [
    `${few(looked)} looked at.`,
    ...(withoutBody === 0
      ? []
      : [
          `${few(withoutBody)} left out: no automation could want it when it came, or it was pruned, so its body is not kept.`,
        ]),
    ...(ignored + unreadable === 0
      ? []
      : [`${few(ignored + unreadable)} left out: nothing that Forgehand acts on, or unreadable.`]),
    ...(asks
      ? []
      : [
          "No forge was asked: whoever asks for a run is still refused without permission. Say --ask to ask.",
        ]),
  ];
}
