import { readFileSync } from "node:fs";

import { z } from "zod";

import type { Config } from "../config/schema.ts";
import type { DeliveryHeaders, WebhookRequest } from "../core/delivery.ts";
import { ForgehandError } from "../core/errors.ts";
import type { ForgeAdapter } from "../core/forge.ts";
import { adapters } from "../forges/index.ts";
import { matchesIn } from "../match/matches.ts";
import type { Explanation } from "../operate/explanation.ts";
import { matchesOf, readingOf } from "../operate/explain-reading.ts";

/** Explain a request that lies in files. Needs no network, no store and no secret. */
export function explainFiles(
  given: { forge: string; headers: string; body: string },
  config: Config,
): Explanation {
  const { adapter, candidates } = resolve(given.forge, config);
  const request = { headers: readHeaders(given.headers), body: readBytes(given.body) };
  const { sender, forge } = prove(adapter, request, candidates);
  const reading = adapter.normalise({ ...request, event: adapter.identify(request).event });
  return {
    sender,
    reading: readingOf(reading),
    matches: matchesOf(reading, config.automations, forge ?? given.forge, matchesIn),
  };
}

interface Candidate {
  readonly name: string;
  readonly secrets: readonly string[];
}

/** The adapter, and the configured forges that may be meant: the one of that name, else all of that kind. */
function resolve(word: string, { forges }: Config): { adapter: ForgeAdapter; candidates: Candidate[] } {
  const named = Object.hasOwn(forges, word) ? forges[word] : undefined;
  const kind = named?.kind ?? word.toLowerCase();
  const adapter = adapters.find((one) => one.kind === kind || one.aliases.includes(kind));
  if (adapter === undefined) {
    const known = adapters.flatMap((one) => [one.kind, ...one.aliases]).join(", ");
    throw new ForgehandError(
      "NOT_FOUND",
      `There is no forge and no kind of forge "${word}". Kinds are: ${known}; configured are: ${Object.keys(forges).join(", ") || "none"}.`,
    );
  }
  const candidates = Object.entries(forges)
    .filter(([name, settings]) => (named === undefined ? settings.kind === adapter.kind : name === word))
    .map(([name, { webhookSecret }]) => ({ name, secrets: webhookSecret }));
  return { adapter, candidates };
}

/** Who sent it, and the name of the forge whose secret proves it, else of the first that may be meant. */
function prove(
  adapter: ForgeAdapter,
  request: WebhookRequest,
  candidates: readonly Candidate[],
): { sender: Explanation["sender"]; forge?: string } {
  const withSecret = candidates.filter(({ secrets }) => secrets.length > 0);
  const forge = (withSecret[0] ?? candidates[0])?.name;
  if (withSecret.length === 0) {
    const reason =
      forge === undefined
        ? "No forge of this name or kind is configured, so there is no secret to check against."
        : `The secret of the forge ${forge} is not there.`;
    return { sender: { state: "not checked", reason }, forge };
  }
  const now = new Date();
  for (const { name, secrets } of withSecret) {
    if (adapter.verify(request, secrets, now).state === "proven") {
      return { sender: { state: "proven" }, forge: name };
    }
  }
  const secrets = withSecret.flatMap((one) => one.secrets);
  const sender = adapter.verify(request, secrets, now);
  // What is said of a request without any headers is said because the proof is missing, not because it is wrong.
  const bare = adapter.verify({ headers: {}, body: request.body }, secrets, now);
  if (sender.state === "unproven" && bare.state === "unproven" && sender.reason === bare.reason) {
    return {
      sender: { state: "not checked", reason: `Nothing in the headers proves a sender. ${bare.reason}` },
      forge,
    };
  }
  return { sender, forge };
}

const Headers = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

function readHeaders(path: string): DeliveryHeaders {
  const wrong = `${path} must hold the headers as a flat JSON object, such as {"X-GitHub-Event": "issues"}.`;
  let written: unknown;
  try {
    written = JSON.parse(new TextDecoder().decode(readBytes(path)));
  } catch (error) {
    if (error instanceof ForgehandError) throw error;
    throw new ForgehandError("CONFIG_INVALID", wrong, { cause: error });
  }
  const headers = Headers.safeParse(written);
  if (!headers.success) throw new ForgehandError("CONFIG_INVALID", wrong);
  return Object.fromEntries(Object.entries(headers.data).map(([name, value]) => [name.toLowerCase(), value]));
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new ForgehandError("NOT_FOUND", `${path} cannot be read (${code}). Check the path.`, {
      cause: error,
    });
  }
}
