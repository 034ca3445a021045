/** Data of a JSON text; of anything else the text, so that a page never passes for data, nor for an empty answer. */
export function dataIn(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
