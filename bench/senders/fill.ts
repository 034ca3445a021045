/** Stands in a template where each delivery has a number of its own. */
export const SERIAL = "7777777777";

/** A payload as text of exactly so many bytes: `payload` is given the words that fill it up. */
export function fill(bytes: number, payload: (words: string) => object): string {
  const room = bytes - Buffer.byteLength(JSON.stringify(payload("")));
  if (room < 0) throw new Error(`the example is ${-room} bytes too long`);
  return JSON.stringify(payload("It does not work when I try it. ".repeat(room / 32 + 1).slice(0, room)));
}
