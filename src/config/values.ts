import { z } from "zod";

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration such as `30s`, `45m` or `2h`; undefined for any other text. */
function milliseconds(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,5})([smh])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  return Number(count) * (UNITS[unit] ?? 1);
}

/** A duration: a number and `s`, `m` or `h`; at most a day. Read as milliseconds. */
export function duration(standard: string) {
  return z
    .string()
    .default(standard)
    .transform((text, context) => {
      const value = milliseconds(text);
      if (value !== undefined && value <= 24 * 3_600_000) return value;
      context.addIssue({
        code: "custom",
        message: "Write a duration of at most a day, such as 30s, 45m or 2h.",
      });
      return z.NEVER;
    });
}

/** A whole number; digits in a text count too, since `"${PORT}"` is one. */
export function integer(least: number, most: number, standard: number) {
  return z
    .preprocess(
      (value) => (typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value),
      z.int().min(least).max(most),
    )
    .prefault(standard);
}

/** An http(s) address without credentials; a slash at its end is taken off. */
export const webAddress = z.string().transform((text, context) => {
  const url = URL.parse(text);
  const web = url !== null && /^https?:$/.test(url.protocol);
  if (web && url.username === "" && url.password === "") return text.replace(/\/+$/, "");
  context.addIssue({ code: "custom", message: "Write an http(s) address without credentials." });
  return z.NEVER;
});

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Name of an environment variable. */
export const variableName = z
  .string()
  .regex(VARIABLE, "Write the name of an environment variable: letters, digits and _.");
