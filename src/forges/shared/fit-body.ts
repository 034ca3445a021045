import { cut } from "../../core/text.ts";

/** A comment or description within a forge's limit of characters. The marker stays: by it we know the text again. */
export function fitBody(body: string, limit: number, marker = ""): string {
  const short = cut(body, limit);
  return short.includes(marker) ? short : `${cut(body, limit - marker.length - 1)}\n${marker}`;
}
