import { z } from "zod";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Bytes of a size such as `512MiB` or `4GiB`; undefined for any other text. */
function bytesOf(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,5})([KMGT]iB)$/.exec(text) ?? [];
  if (count === undefined) return undefined;
  return Number(count) * 1_024 ** UNITS.findIndex((one) => one === unit);
}

/** A size as the config writes it: a number and `KiB`, `MiB`, `GiB` or `TiB`. Read as bytes. */
export const size = z.string().transform((text, context) => {
  const bytes = bytesOf(text);
  if (bytes !== undefined) return bytes;
  context.addIssue({ code: "custom", message: "Write a size, such as 512MiB or 4GiB." });
  return z.NEVER;
});

/** A number of bytes in words: in the largest unit that it is a whole number of. */
export function sizeInWords(bytes: number): string {
  let [count, unit] = [bytes, 0];
  while (count > 0 && count % 1_024 === 0 && unit < UNITS.length - 1) {
    count /= 1_024;
    unit += 1;
  }
  return unit === 0 ? `${count} bytes` : `${count} ${UNITS[unit]}`;
}
