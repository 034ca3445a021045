/** HTML that may be printed as it is. Only `html` makes it, so nothing else is ever taken for it. */
export class SafeHtml {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template. Nothing is printed for undefined and false, and lists are joined. */
export type Html = SafeHtml | string | number | undefined | false | readonly Html[];

/** Write HTML: every value is escaped unless `html` made it. Attributes must stand in double quotes. */
export function html(texts: TemplateStringsArray, ...values: readonly Html[]): SafeHtml {
  return new SafeHtml(texts.reduce((page, text, index) => `${page}${print(values[index - 1])}${text}`));
}

function print(value: Html): string {
  if (value instanceof SafeHtml) return value.toString();
  if (value === undefined || value === false) return "";
  if (typeof value === "object") return value.map(print).join("");
  return String(value).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
