import { z } from "zod";

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration such as `30s`, `45m` or `2h`; undefined for any other text. */
function milliseconds(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,5})([smh])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  return Number(count) * (UNITS[unit] ?? 1);
}

/** A duration as the config writes it: a number and `s`, `m` or `h`; at most a day. Read as milliseconds. */
export function duration(standard: string) {
  return z.string().default(standard).transform(read);
}

/** The same without a default. */
export const ownDuration = z.string().transform(read);

/** An age as the config writes it: a number and `h` or `d`. Read as milliseconds. */
export const age = z.string().transform((text, context) => {
  const [, count, unit] = /^([1-9]\d{0,5})([hd])$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * (unit === "d" ? 24 : 1) * 3_600_000;
  context.addIssue({ code: "custom", message: "Write an age, such as 12h, 14d or 90d." });
  return z.NEVER;
});

function read(text: string, context: z.RefinementCtx): number {
  const value = milliseconds(text);
  if (value !== undefined && value <= 24 * 3_600_000) return value;
  context.addIssue({
    code: "custom",
    message: "Write a duration of at most a day, such as 30s, 45m or 2h.",
  });
  return z.NEVER;
}
