import { COMMENT_MARKER } from "../../core/text.ts";
import { fitBody } from "../shared/fit.ts";
import { limitFor } from "./limits.ts";

/**
 * Bitbucket shows HTML as it is written, comments included. A link that nothing refers to is shown nowhere and comes
 * back unchanged; a blank line must keep it apart from the text around it. Source: renovatebot/renovate takes HTML
 * comments out for this forge, nok/markdown-toc#90 and The-PR-Agent/pr-agent#3386 hide theirs this way.
 */
const HIDDEN = "[//]: # (forgehand:comment)";

/** Characters of a comment or description. Source: Bitbucket's answers to longer ones; not in its docs. */
const BODY_LIMIT = 32_768;

/** Characters by which a text may grow as our marker in it is hidden. */
const GROWTH = 16;

/** A text as it is written on Bitbucket: within its limit, our marker hidden. */
export function toBitbucket(text: string, marker = ""): string {
  return fitBody(text, limitFor(text, BODY_LIMIT - GROWTH), marker)
    .split(COMMENT_MARKER)
    .map((part, index, { length }) => {
      const after = index === 0 || part === "" ? part : `\n\n${part.replace(/^\n+/, "")}`;
      return index === length - 1 || after === "" ? after : `${after.replace(/\n+$/, "")}\n\n`;
    })
    .join(HIDDEN);
}

/** A text of Bitbucket with our marker as we know it. */
export function fromBitbucket(text: string): string {
  return text.replaceAll(`${HIDDEN}\n\n`, `${HIDDEN}\n`).replaceAll(HIDDEN, COMMENT_MARKER);
}
