import { createHash } from "node:crypto";

import type { Html } from "./html.ts";
import { html, SafeHtml } from "./html.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

/** The hash of a piece of our own, by which the content security policy lets it in and nothing else. */
const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

export const STYLE_HASH = hashOf(STYLE);
export const SCRIPT_HASH = hashOf(SCRIPT);

const style = new SafeHtml(`<style>${STYLE}</style>`);
const script = new SafeHtml(`<script type="module">${SCRIPT}</script>`);
const mark = new SafeHtml(
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path fill="#e07a2f" d="M3 5h12l5 3v2h-6v2l-2 2h-1v3l3 3H5l3-3v-3C5 14 3 11 3 8z"/></svg>',
);
const icon = new SafeHtml('<link rel="icon" href="data:,">');

interface Page {
  readonly title: string;
  /** Relative way to the first page, such as `../`: the pages work under any path of a proxy. */
  readonly root: string;
  readonly body: Html;
  /** Whether to offer the way to all pages and out: only for who is signed in. */
  readonly signedIn: boolean;
  /** True while there is something to wait for. */
  readonly live?: boolean;
}

/** A whole page. */
export function page({ title, root, body, signedIn, live = false }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Forgehand</title>
        ${icon}${style}${live && html`<noscript><meta http-equiv="refresh" content="5" /></noscript>`}
      </head>
      <body>
        <header>
          ${signedIn ? html`<a class="brand" href="${root}">${mark}Forgehand</a>` : html`<span class="brand">${mark}Forgehand</span>`}
          ${signedIn && html`<form method="post" action="${root}sign-out"><button>Sign out</button></form>`}
        </header>
        <main>${body}</main>
        ${live && script}
      </body>
    </html>`.toString();
}
