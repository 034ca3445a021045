import type { Automation } from "../core/automation.ts";
import { exhausted, sayExhausted } from "../core/budget.ts";
import type { NewRun } from "../core/run.ts";
import type { Answer, StoreTransaction } from "../core/store.ts";

/** Whom to tell that nothing is started, and what was asked with; absent where nobody asked in so many words. */
export type Asked = Omit<Answer, "text"> & { readonly said: string };

/**
 * Why the budget of an automation leaves nothing for one more run, as a sentence; undefined where it does. What was
 * started already is not counted twice.
 */
export async function whySpent(
  transaction: StoreTransaction,
  run: NewRun,
  { budget }: Pick<Automation, "budget">,
): Promise<string | undefined> {
  if (budget === undefined || (await transaction.runOf(run.key)) !== undefined) return undefined;
  const spender = { forge: run.forge, repo: run.repo, actor: run.actor };
  const spent = exhausted(budget, spender, await transaction.ledger(run.automation));
  return spent && sayExhausted(budget, spender, spent);
}
