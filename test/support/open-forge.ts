import { mustBeDescribed } from "../forges/described.ts";
import type { ForgeSubject, OpenedForge } from "./open-stand-in.ts";
import { openStandIn } from "./open-stand-in.ts";

export type { ForgeSubject, OpenedForge };

/**
 * An open line to a stand-in. Disposing throws where the vendor's own description of the API is at hand and does not know
 * what the stand-in was asked.
 */
export async function openForge(subject: ForgeSubject): Promise<OpenedForge> {
  const opened = await openStandIn(subject);
  return {
    ...opened,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      mustBeDescribed(opened.world);
    },
  };
}
