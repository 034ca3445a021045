import type { Budget, Prices, Usage } from "../../core/agent.ts";
import { NO_USAGE } from "../../core/agent.ts";
import type { Tokens } from "../prices.ts";
import { costOf, priceOf } from "../prices.ts";

/** What one run has spent, and whether it may go on. */
export interface Ledger {
  /** Why nothing more may be asked of this model, in a sentence; undefined where it may. */
  refusal(model?: string): string | undefined;
  count(model: string, tokens: Tokens): void;
  usage(): Usage;
}

export function createLedger({ budget, prices }: { budget: Budget; prices: Prices }): Ledger {
  let usage: Usage = NO_USAGE;
  /** Undefined as soon as a model without a price was asked: a part of the cost would pass for the whole. */
  let cost: number | undefined = 0;

  return {
    refusal: (model) => {
      const tokens = usage.inputTokens + usage.outputTokens;
      if (budget.tokens !== undefined && tokens >= budget.tokens) {
        return `The run has used ${tokens} tokens of its budget of ${budget.tokens}, so the model is not asked any more.`;
      }
      if (budget.cost === undefined) return undefined;
      if (cost !== undefined && cost >= budget.cost) {
        return `The run has cost $${cost.toFixed(2)} of its budget of $${budget.cost.toFixed(2)}, so the model is not asked any more.`;
      }
      if (model === undefined || priceOf(model, prices) !== undefined) return undefined;
      return (
        `The run has a budget of $${budget.cost.toFixed(2)}, but what the model ${JSON.stringify(model)} costs is not known, ` +
        "so it is not asked: write its price under `agents.prices` in the config, or a budget of tokens instead."
      );
    },
    count: (model, tokens) => {
      const price = priceOf(model, prices);
      cost = cost === undefined || price === undefined ? undefined : cost + costOf(price, tokens);
      usage = {
        inputTokens: usage.inputTokens + tokens.input,
        outputTokens: usage.outputTokens + tokens.output,
        cachedTokens: usage.cachedTokens + tokens.cached,
        requests: usage.requests + 1,
      };
    },
    usage: () => (cost === undefined || usage.requests === 0 ? usage : { ...usage, cost }),
  };
}
