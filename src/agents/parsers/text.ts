import type { Usage } from "../../core/agent.ts";
import { cutLines } from "./lines.ts";
import type { Failure, Parser } from "./parser.ts";

/** Characters of the output's end that are kept. */
const KEPT = 16 * 1024;

/**
 * What a program prints that has no format for other programs: its last words are its answer, and only a line that
 * begins with the name of an error tells why it failed, so that text that it works on is not taken for one. The exit code
 * has to tell the rest.
 */
export function textParser(): Parser {
  let tail = "";
  let failed: Failure | undefined;
  let usage: Usage | undefined;

  const lines = cutLines((line) => {
    tail = `${tail}${line}\n`.slice(-KEPT);
    failed = failureOf(line) ?? failed;
    const spent = usageOf(line, usage);
    if (spent === undefined) return;
    // The model answered, so what failed before went through when it was tried again.
    failed = undefined;
    usage = spent;
  });
  return {
    push: (text) => lines.push(text),
    said() {
      lines.end();
      return {
        done: failed === undefined,
        text: tail.trim(),
        denied: [],
        ...(failed ? { failed } : {}),
        ...(usage ? { usage } : {}),
      };
    },
  };
}

/** Names of errors as aider prints them (those of litellm), and Goose. */
const ERRORS: readonly (readonly [Failure["error"], RegExp])[] = [
  ["auth", /^(?:litellm\.)?(?:AuthenticationError|PermissionDeniedError)\b|^error: Authentication/i],
  ["rate", /^(?:litellm\.)?RateLimitError\b|^error: Rate limit/i],
  ["timeout", /^(?:litellm\.)?Timeout\b/],
  ["limit", /^(?:litellm\.)?ContextWindowExceededError\b|^error: Context length/i],
  [
    "model",
    /^(?:litellm\.)?(?:BadRequest|NotFound|InternalServer|ServiceUnavailable|APIConnection|API)Error\b/,
  ],
];

function failureOf(line: string): Failure | undefined {
  const found = ERRORS.find(([, name]) => name.test(line));
  return found && { error: found[0], detail: line };
}

/** `Tokens: 2.3k sent, 120 received. Cost: $0.01 message, $0.02 session.`, as aider prints after each answer. */
function usageOf(line: string, before: Usage | undefined): Usage | undefined {
  const found = /^Tokens: ([\d.]+k?) sent,(?: .*,)? ?([\d.]+k?) received\b/.exec(line);
  if (found === null) return undefined;
  const cost = /\$([\d.]+) session\b/.exec(line)?.[1];
  return {
    inputTokens: (before?.inputTokens ?? 0) + thousands(found[1] ?? "0"),
    outputTokens: (before?.outputTokens ?? 0) + thousands(found[2] ?? "0"),
    cachedTokens: 0,
    requests: (before?.requests ?? 0) + 1,
    ...(cost === undefined ? {} : { cost: Number(cost) }),
  };
}

function thousands(text: string): number {
  return Math.round(Number.parseFloat(text) * (text.endsWith("k") ? 1_000 : 1));
}
