import { cut } from "../../core/text.ts";

/** Text within a forge's limit of characters. The marker stays: by it we know the text again. */
export function fit(body: string, limit: number, marker = ""): string {
  const short = cut(body, limit);
  return short.includes(marker) ? short : `${cut(body, limit - marker.length - 1)}\n${marker}`;
}
