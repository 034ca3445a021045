import { randomBytes } from "node:crypto";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { messageOf } from "../core/errors.ts";
import type { ForgeSetUp, ForgeTools } from "../core/forge.ts";
import type { Log } from "../core/log.ts";
import { sameText, sign } from "./signature.ts";
import { messagePage } from "./views/message.ts";
import { html } from "./views/html.ts";

/** The set-up pages of one forge that we serve or could serve. */
export interface SetUp {
  readonly setUp: ForgeSetUp;
  /** Where the forge shall send webhooks to: `/webhooks/:forge` below our own address, or a smee channel. */
  readonly webhookUrl: (baseUrl: string) => string;
  readonly tools: ForgeTools;
}

interface SetUpTools {
  readonly log: Log;
  readonly publicUrl?: string;
  readonly signingKey: string;
  /** Keep credentials so that they are used from the next start on. */
  readonly saveSetUp: (environment: Readonly<Record<string, string>>) => Promise<void>;
}

const COOKIE = "forgehand-setup";
/** Seconds that a person may take on the forge's pages. */
const PATIENCE = 3_600;

/**
 * The pages that make a forge's own app: the first sends a person to the forge with a random state, the second takes
 * them back only with that state and hands the credentials on. `app` has to let in only who is signed in.
 */
export function setUpRoutes(
  app: FastifyInstance,
  { setUp, webhookUrl, tools }: SetUp,
  own: SetUpTools,
): void {
  const { path } = setUp;
  const secure = own.publicUrl?.startsWith("https:") ?? false;
  const sealed = (state: string): string => sign(own.signingKey, `set-up ${path}`, state);
  // Each first page is one folder deep at least, so the way home is as long as its path.
  const root = (address: string): string => "../".repeat(address.split("/").length - 2) || "./";

  app.get(path, (request, reply) => {
    const state = randomBytes(24).toString("base64url");
    const baseUrl = own.publicUrl?.replace(/\/+$/, "") ?? `http://${request.headers.host ?? ""}`;
    void reply.setCookie(COOKIE, `${state}.${sealed(state)}`, {
      path: "/",
      httpOnly: true,
      sameSite: "lax",
      secure,
      maxAge: PATIENCE,
    });
    return reply
      .header("content-security-policy", SET_UP_POLICY)
      .type("text/html; charset=utf-8")
      .send(setUp.page({ baseUrl, webhookUrl: webhookUrl(baseUrl), state }));
  });

  app.get(`${path}/setup`, async (request: FastifyRequest, reply: FastifyReply) => {
    const query = textsOf(request.query);
    const [state = "", seal = ""] = (request.cookies[COOKIE] ?? "").split(".", 2);
    void reply.clearCookie(COOKIE, { path: "/" }).type("text/html; charset=utf-8");
    const again = html`<p><a href="${root(`${path}/setup`)}${path.slice(1)}">Start again</a></p>`;
    const say = (title: string, text: string): string =>
      messagePage({
        title,
        root: root(`${path}/setup`),
        text: html`<p>${text}</p>
          ${again}`,
        signedIn: true,
      });
    if (state === "" || !sameText(seal, sealed(state)) || !sameText(query.state ?? "", state)) {
      const text =
        "This is not the answer to a set-up begun in this browser within the last hour. Nothing was changed.";
      return reply.code(400).send(say("This set-up was not begun here", text));
    }
    try {
      const { environment, next } = await setUp.complete(query, tools);
      await own.saveSetUp(environment);
      own.log.info({ path, names: Object.keys(environment) }, "forge set up");
      return await reply.send(donePage(next, root(`${path}/setup`)));
    } catch (error) {
      own.log.error({ path, error: messageOf(error) }, "forge not set up");
      return reply.code(502).send(say("The set-up did not work", messageOf(error)));
    }
  });
}

/** The adapter's page is its own: inline style, and a form that leads to the forge. Still no script. */
const SET_UP_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'";

function donePage(next: string, root: string): string {
  const link =
    /^https?:\/\//.test(next) && html`<p><a href="${next}" rel="noreferrer">Choose its repositories</a></p>`;
  const text = html`<p>Its credentials are kept in the data folder. Two steps are left:</p>
    ${link}
    <p>Restart Forgehand: it uses them from its next start on.</p>`;
  return messagePage({ title: "The app is made", root, text, signedIn: true });
}

/** Query values that stand there once. */
function textsOf(query: unknown): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(query ?? {})) {
    if (typeof value === "string") found[name] = value;
  }
  return found;
}
