/** What the stand-in answers to one request. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A part of GitHub's answer to what is wrong with the input. */
export interface Invalid {
  readonly resource: string;
  readonly code: "missing_field" | "invalid" | "already_exists" | "custom";
  readonly field?: string;
  readonly message?: string;
}

/** A refusal in GitHub's shape: `message`, `documentation_url`, `status`, and `errors` for bad input. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(status: number, message: string, errors?: readonly Invalid[]) {
    super(message);
    this.answer = {
      status,
      body: {
        message,
        ...(errors === undefined ? {} : { errors }),
        documentation_url: "https://docs.github.com/rest",
        status: String(status),
      },
    };
  }
}

export const notFound = () => new Refusal(404, "Not Found");

export const invalid = (...errors: Invalid[]) => new Refusal(422, "Validation Failed", errors);

/** A list as pages: `per_page` (30, at most 100) and `page`, with a `Link` header to the pages around. */
export function pageOf(items: readonly unknown[], url: URL): Answer {
  const size = Math.min(Number(url.searchParams.get("per_page") ?? 30), 100);
  const page = Number(url.searchParams.get("page") ?? 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const links = { prev: page - 1, next: page + 1, last, first: 1 };
  const shown = Object.entries(links).filter(([name, number]) => {
    if (name === "last" || name === "next") return page < last;
    return page > 1 && number >= 1;
  });
  const link = shown.map(([name, number]) => `<${withPage(url, number)}>; rel="${name}"`).join(", ");
  return {
    status: 200,
    body: items.slice((page - 1) * size, page * size),
    ...(link === "" ? {} : { headers: { link } }),
  };
}

function withPage(url: URL, page: number): string {
  const other = new URL(url);
  other.searchParams.set("page", String(page));
  return other.href;
}
