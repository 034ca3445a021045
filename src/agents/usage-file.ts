import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

import { z } from "zod";

import type { Usage } from "../core/agent.ts";

/** Bytes that such a file may have. */
const LONGEST = 1024 * 1024;
const count = z.number().nonnegative().catch(0);

/** What Copilot CLI writes by `--usage-output-file`, version 1.0.102. */
const UsageFile = z.object({
  modelMetrics: z.record(
    z.string(),
    z.object({
      requests: z.object({ count }).optional().catch(undefined),
      usage: z.object({ inputTokens: count, outputTokens: count, cacheReadTokens: count }),
    }),
  ),
});

/**
 * Read how many tokens a program wrote that it used. The command could write that file, so a link, a pipe or something
 * huge in its place is not read: undefined, as for a file that is not there.
 */
export function readUsageFile(path: string): Usage | undefined {
  let text: string;
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const facts = fstatSync(file);
      if (!facts.isFile() || facts.size > LONGEST) return undefined;
      text = readFileSync(file, "utf8");
    } finally {
      closeSync(file);
    }
    return usageOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function usageOf(object: unknown): Usage | undefined {
  const models = Object.values(UsageFile.safeParse(object).data?.modelMetrics ?? {});
  if (models.length === 0) return undefined;
  const sum = (of: (model: (typeof models)[number]) => number) =>
    models.reduce((total, model) => total + of(model), 0);
  return {
    inputTokens: sum(({ usage }) => usage.inputTokens),
    outputTokens: sum(({ usage }) => usage.outputTokens),
    cachedTokens: sum(({ usage }) => usage.cacheReadTokens),
    requests: sum(({ requests }) => requests?.count ?? 0),
  };
}
