import type { Html } from "./html.ts";
import { html } from "./html.ts";
import { page } from "./page.ts";

/** A page that says one thing. */
export function messagePage(options: {
  title: string;
  root: string;
  text: Html;
  signedIn?: boolean;
}): string {
  const { title, root, text, signedIn = false } = options;
  const body = html`<h1>${title}</h1>
    <div class="card">${text}</div>`;
  return page({ title, root, body, signedIn });
}

/** What somebody sees who is not signed in: how to get in, and nothing else. */
export function signInPage(options: { root: string; tokenFile: string; wrong?: boolean }): string {
  const { root, tokenFile, wrong = false } = options;
  const text = html`${wrong && html`<p role="alert"><strong>That is not the token.</strong></p>`}
    <p>
      This page is for the owner of this Forgehand. Its sign-in link is printed each time the server starts;
      the token in it is kept in the file <code>${tokenFile}</code> in the data folder.
    </p>
    <form method="post" action="${root}sign-in">
      <label>
        Sign-in token
        <input type="password" name="token" autocomplete="current-password" required />
      </label>
      <button>Sign in</button>
    </form>
    <p class="soft">
      Came from a status or a comment? Its link opens one run; this one is incomplete or was changed.
    </p>`;
  return messagePage({ title: "Please sign in", root, text });
}
