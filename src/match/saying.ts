import type { CommentWord } from "../core/automation.ts";
import { COMMENT_WORDS } from "../core/automation.ts";
import { isOver } from "../core/run.ts";
import { code, neutralise } from "../core/text.ts";
import { isAskedFor } from "./commands.ts";
import type { Plan } from "./plan.ts";
import type { Said, Talk } from "./talk.ts";
import { planAnswer, runsMeant } from "./talk.ts";

/**
 * What becomes of `status`, `help`, a `run` that started nothing, and what is not understood: the comment says something.
 * `others`: what the automations made of the comment.
 */
export async function planSaying(talk: Talk, others: readonly Plan[]): Promise<Plan> {
  return planAnswer(talk, await textOf(talk, others), talk.spoken.word === undefined);
}

async function textOf(talk: Talk, others: readonly Plan[]): Promise<string> {
  const { argument, word } = talk.spoken;
  if (word === undefined) return `I did not understand that.\n\n${sayHelp(talk)}`;
  if (word === "help") return sayHelp(talk);
  if (word === "status") return sayStatus(talk);
  if (argument === undefined) return `Say which one. ${sayAutomations(talk)}`;
  const named = others.find(({ match }) => match.automation.toLowerCase() === argument.toLowerCase());
  return named === undefined
    ? `There is no automation \`${code(argument)}\` here. ${sayAutomations(talk)}`
    : `\`${code(named.match.automation)}\` was not started. ${neutralise(named.match.reason)}`;
}

/** How things stand there, beside what the comment shows of its runs anyway. */
async function sayStatus(talk: Talk): Promise<string> {
  const runs = await runsMeant(talk);
  const active = runs.filter(({ state }) => !isOver(state)).length;
  if (runs.length === 0) return "Nothing was run here yet.";
  if (active === 0) return "Nothing is under way here. How the last runs ended stands above.";
  return `${active === 1 ? "One run is" : `${active} runs are`} under way here: see above.`;
}
const MEANINGS: Readonly<Record<CommentWord, string>> = {
  run: "`/forgehand run NAME` starts an automation",
  retry: "`/forgehand retry` does the last run here again",
  cancel: "`/forgehand cancel` ends what is under way here",
  approve: "`/forgehand approve` starts what was refused; of a fork, with the commit that may run",
  status: "`/forgehand status` says how things stand",
  help: "`/forgehand help` says this",
};

/** Commands that are shown at most, so that the comment stays short. */
const MOST_LISTED = 20;

function sayHelp(talk: Said): string {
  return [...COMMENT_WORDS.map((word) => `- ${MEANINGS[word]}`), "", sayAutomations(talk)].join("\n");
}

/** The automations that may be asked for here, as commands. */
function sayAutomations({ automations }: Said): string {
  const asked = automations.filter(({ on }) => isAskedFor(on));
  if (asked.length === 0) return "No automation may be asked for here: they all follow what happens.";
  const said = asked.slice(0, MOST_LISTED).map(({ name, on }) => {
    const own = on.command === undefined ? "" : ` (or \`/forgehand ${on.command}\`)`;
    return `\`/forgehand run ${name}\`${own}`;
  });
  return `What may be asked for here: ${said.join(", ")}.`;
}
