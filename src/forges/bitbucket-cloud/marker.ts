import { COMMENT_MARKER } from "../../core/text.ts";

/**
 * Bitbucket shows HTML comments as text, so that the marker stands as a link reference definition here, which every
 * Markdown leaves out of the page. Source: Bitbucket Cloud docs, "Mark up comments" (no HTML).
 */
export const HIDDEN_MARKER = "[//]: # (forgehand:comment)";

/** Braces around an account's id make a mention, which the core does not know of. */
const MENTION = /@(?=\{)/g;
const ZERO_WIDTH_SPACE = "\u200b";

/** A text of ours as Bitbucket shall have it: the marker unseen, nobody mentioned. */
export function toBitbucket(text: string): string {
  return text.replaceAll(COMMENT_MARKER, HIDDEN_MARKER).replace(MENTION, `@${ZERO_WIDTH_SPACE}`);
}

/** A text of Bitbucket in our words, with the marker as the core knows it. */
export function fromBitbucket(text: string | null | undefined): string {
  return (text ?? "").replaceAll(HIDDEN_MARKER, COMMENT_MARKER);
}
