import type { Price, Prices } from "../core/agent.ts";

/** Tokens of one request, as its price counts them. */
export interface Tokens {
  /** All input, `cached` and `cacheWrite` included. */
  readonly input: number;
  readonly cached: number;
  /** Input that was written to a cache, `hourWrite` included. */
  readonly cacheWrite: number;
  /** Input that was written to a cache for an hour: Anthropic takes twice the price of input for it. */
  readonly hourWrite: number;
  /** All output, that which is not shown (reasoning) included. */
  readonly output: number;
}

/** A price as the vendor lists it; some models cost more where the input is long. */
export interface ListPrice extends Price {
  /** What every token of a request costs whose input is longer than `over` tokens. */
  readonly long?: Price & { readonly over: number };
}

interface Listed {
  /** Names without the date or `-preview` that a vendor puts after them, and without a vendor before them. */
  readonly models: readonly string[];
  readonly price: ListPrice;
}

/** Prices that were read in one place. */
interface PriceList {
  readonly source: string;
  /** The month, or the day, that the prices were seen. */
  readonly seen: string;
  readonly prices: readonly Listed[];
}

/** `cacheWrite` of Anthropic's models is the one for five minutes: 1.25 times the input. */
const claude = (input: number, cachedInput: number, output: number): Price => ({
  input,
  cachedInput,
  cacheWrite: input * 1.25,
  output,
});
const gpt = (input: number, cachedInput: number, output: number): Price => ({ input, cachedInput, output });
const gemini = gpt;

/**
 * List prices of the standard tier. A model that is missing here has no price: its tokens are counted, its cost is
 * not, until its owner writes `agents.prices` in the config.
 */
export const PRICE_LISTS: readonly PriceList[] = [
  {
    source: "https://platform.claude.com/docs/en/about-claude/pricing",
    seen: "2026-10",
    prices: [
      { models: ["claude-fable-5-1", "claude-mythos-5-1"], price: claude(10, 0.25, 50) },
      { models: ["claude-fable-5", "claude-mythos-5"], price: claude(10, 1, 50) },
      {
        models: ["claude-opus-5", "claude-opus-4-8", "claude-opus-4-7", "claude-opus-4-6", "claude-opus-4-5"],
        price: claude(5, 0.5, 25),
      },
      { models: ["claude-opus-4-1", "claude-opus-4"], price: claude(15, 1.5, 75) },
      { models: ["claude-sonnet-4-6", "claude-sonnet-4-5", "claude-sonnet-4"], price: claude(3, 0.3, 15) },
      { models: ["claude-haiku-4-5"], price: claude(1, 0.1, 5) },
    ],
  },
  {
    source: "https://docs.rs/synaps/0.10.2/synaps_cli/pricing/ (which quotes platform.claude.com)",
    seen: "2026-10-10",
    prices: [
      { models: ["claude-opus-5-5"], price: claude(4, 0.2, 20) },
      { models: ["claude-sonnet-5-5"], price: claude(2, 0.1, 10) },
      { models: ["claude-sonnet-5"], price: claude(2, 0.2, 10) },
      {
        models: ["claude-haiku-5-5"],
        price: { ...claude(0.1, 0.01, 0.5), long: { over: 100_000, ...claude(0.5, 0.05, 2.5) } },
      },
    ],
  },
  {
    source: "https://www.morphllm.com/openai-api-pricing (which quotes openai.com)",
    seen: "2026-06",
    prices: [
      { models: ["gpt-5.5"], price: gpt(5, 0.5, 30) },
      { models: ["gpt-5.4"], price: gpt(2.5, 0.25, 15) },
      { models: ["gpt-5.4-mini"], price: gpt(0.75, 0.075, 4.5) },
      { models: ["gpt-5.4-nano"], price: gpt(0.2, 0.02, 1.25) },
      { models: ["gpt-5.5-pro", "gpt-5.4-pro"], price: gpt(30, 30, 180) },
    ],
  },
  {
    source: "https://fernando-nog.netlify.app/gpt-coding-model-costs-2026/ (which quotes openai.com)",
    seen: "2026-05-05",
    prices: [
      { models: ["gpt-5.3-codex", "gpt-5.2-codex"], price: gpt(1.75, 0.175, 14) },
      {
        models: ["gpt-5-codex", "gpt-5.1-codex", "gpt-5.1-codex-max"],
        price: gpt(1.25, 0.125, 10),
      },
    ],
  },
  {
    source: "https://developers.openai.com/api/docs/models/gpt-5-codex",
    seen: "2026-11",
    prices: [{ models: ["gpt-5"], price: gpt(1.25, 0.125, 10) }],
  },
  {
    source:
      "https://www.morphllm.com/gemini-api-pricing (which quotes ai.google.dev); cached input a tenth of input",
    seen: "2026-06",
    prices: [
      { models: ["gemini-3.5-flash"], price: gemini(1.5, 0.15, 9) },
      { models: ["gemini-3.1-flash-lite"], price: gemini(0.25, 0.025, 1.5) },
      { models: ["gemini-3-flash"], price: gemini(0.5, 0.05, 3) },
      {
        models: ["gemini-3.1-pro", "gemini-3-pro"],
        price: { ...gemini(2, 0.2, 12), long: { over: 200_000, ...gemini(4, 0.4, 18) } },
      },
      {
        models: ["gemini-2.5-pro"],
        price: { ...gemini(1.25, 0.125, 10), long: { over: 200_000, ...gemini(2.5, 0.25, 15) } },
      },
      { models: ["gemini-2.5-flash"], price: gemini(0.3, 0.03, 2.5) },
      { models: ["gemini-2.5-flash-lite"], price: gemini(0.1, 0.01, 0.4) },
    ],
  },
];

const LISTED: ReadonlyMap<string, ListPrice> = new Map(
  PRICE_LISTS.flatMap(({ prices }) =>
    prices.flatMap(({ models, price }) => models.map((model) => [model, price] as const)),
  ),
);

/**
 * What a model costs: what the owner wrote, by its whole name or the longest beginning with a `*`, else the vendor's
 * list. Undefined where nobody knows: a name is never taken for a similar one.
 */
export function priceOf(model: string, owners: Prices = {}): ListPrice | undefined {
  return ownersPrice(model, owners) ?? LISTED.get(listedName(model));
}

function ownersPrice(model: string, owners: Prices): Price | undefined {
  if (Object.hasOwn(owners, model)) return owners[model];
  const beginnings = Object.keys(owners)
    .filter((name) => name.endsWith("*") && model.startsWith(name.slice(0, -1)))
    .sort((one, other) => other.length - one.length);
  return beginnings[0] === undefined ? undefined : owners[beginnings[0]];
}

/**
 * The name in a price list: `claude-opus-4-5-20251101` and `anthropic/claude-opus-4.5` are `claude-opus-4-5`,
 * `gemini-3.1-pro-preview` is `gemini-3.1-pro`.
 */
function listedName(model: string): string {
  const bare = model
    .toLowerCase()
    .replace(/^(anthropic|openai|google)\//, "")
    .replace(/\[1m\]$/, "")
    .replace(/-(\d{8}|\d{4}-\d{2}-\d{2}|latest|preview)$/, "");
  return bare.startsWith("claude-") ? bare.replaceAll(".", "-").replace(/-0$/, "") : bare;
}

/** US dollars of one request. */
export function costOf(list: ListPrice, tokens: Tokens): number {
  const price = list.long !== undefined && tokens.input > list.long.over ? list.long : list;
  const fresh = Math.max(0, tokens.input - tokens.cached - tokens.cacheWrite);
  const millionths =
    fresh * price.input +
    tokens.cached * price.cachedInput +
    (tokens.cacheWrite - tokens.hourWrite) * (price.cacheWrite ?? price.input) +
    tokens.hourWrite * price.input * 2 +
    tokens.output * price.output;
  return millionths / 1_000_000;
}
