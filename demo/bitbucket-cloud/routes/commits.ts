import { setStatus } from "../../stand-in/doings.ts";
import { commitOf } from "../../stand-in/git.ts";
import type { Body } from "../../stand-in/route.ts";
import { textIn } from "../../stand-in/route.ts";
import { forbidden, invalid, notFound } from "../answer.ts";
import type { AskedOfRepository, Route } from "../route.ts";
import { onRepository } from "../route.ts";
import { statusShape } from "../shapes.ts";

const STATES = ["INPROGRESS", "SUCCESSFUL", "FAILED", "STOPPED"];
/** Characters of a key, of name and description, and of an address. */
const LONGEST_KEY = 40;
const LONGEST_TEXT = 255;
const LONGEST_URL = 450;

/** Commits by their whole or short id, and their build statuses. */
export const commitRoutes: readonly Route[] = [
  onRepository("GET", "/commit/{commit}", "read", async ({ state, repository, parameters }) => {
    const hash = await commitOf(state.root, repository, parameters.commit ?? "");
    if (hash === undefined) throw notFound("Commit");
    return { status: 200, body: { type: "commit", hash } };
  }),
  onRepository("POST", "/commit/{commit}/statuses/build", "read", postStatus),
];

/** The key is one row for each commit, which only the account may change that made it. */
async function postStatus({ state, repository, actor, parameters, body }: AskedOfRepository) {
  const { commit: sha = "" } = parameters;
  const key = keyIn(body);
  const said = {
    sha,
    state: stateIn(body),
    context: shortText(body, "name") ?? key,
    description: shortText(body, "description"),
    targetUrl: urlIn(body),
  };
  const known = /^[0-9a-f]{40}$/.test(sha) ? await commitOf(state.root, repository, sha) : undefined;
  if (known === undefined) throw notFound("Commit");
  const before = repository.statuses.findLast((one) => one.sha === sha && one.context === said.context);
  if (before !== undefined && before.creator.id !== actor.id) {
    throw forbidden("You cannot overwrite a build status that somebody else created.");
  }
  const status = setStatus(state, { repository, actor }, said);
  return { status: before === undefined ? 201 : 200, body: statusShape(key, status) };
}

function keyIn(body: Body): string {
  const key = textIn(body, "key") ?? "";
  if (key === "") throw invalid("key", "This field is required.");
  if (key.length > LONGEST_KEY) {
    throw invalid("key", `Ensure this value has at most ${LONGEST_KEY} characters (it has ${key.length}).`);
  }
  return key;
}

function stateIn(body: Body): string {
  const state = textIn(body, "state") ?? "";
  if (!STATES.includes(state)) throw invalid("state", "Select a valid choice.");
  return state;
}

/** An absolute address; braces stand for variables, of which a bot's page knows none. */
function urlIn(body: Body): string {
  const url = textIn(body, "url") ?? "";
  if (!/^https?:\/\/[^{}]+$/.test(url) || url.length > LONGEST_URL)
    throw invalid("url", "Enter a valid URL.");
  return url;
}

function shortText(body: Body, name: string): string | null {
  const text = textIn(body, name) ?? null;
  if (text !== null && Array.from(text).length > LONGEST_TEXT) {
    throw invalid(name, `Ensure this value has at most ${LONGEST_TEXT} characters.`);
  }
  return text;
}
