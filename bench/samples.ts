import { fixture } from "../test/support/fixtures.ts";

/** A genuine delivery of a kind of forge. */
interface Sample {
  readonly fixture: string;
  /** The way to what a person wrote, and to the labels where it has some. */
  readonly text: readonly string[];
  readonly labels?: readonly string[];
}

export const SAMPLES: Readonly<Record<string, Sample>> = {
  github: {
    fixture: "pull-request-opened",
    text: ["pull_request", "body"],
    labels: ["pull_request", "labels"],
  },
  gitlab: {
    fixture: "merge-request-opened",
    text: ["object_attributes", "description"],
    labels: ["object_attributes", "labels"],
  },
  gitea: {
    fixture: "pull-request-opened",
    text: ["pull_request", "body"],
    labels: ["pull_request", "labels"],
  },
  gogs: {
    fixture: "pull-request-opened",
    text: ["pull_request", "body"],
    labels: ["pull_request", "labels"],
  },
  "bitbucket-cloud": { fixture: "pull-request-created", text: ["pullrequest", "description"] },
  "bitbucket-data-center": { fixture: "pull-request-opened", text: ["pullRequest", "description"] },
  "azure-devops": { fixture: "pull-request-created", text: ["resource", "description"] },
};

const MEGABYTE = 1_000_000;
const MANY = 100_000;

/** JSON of about 1 MB that nobody writes but who wants to see a server busy, by the place that it stands in. */
const HOSTILE: Readonly<Record<"text" | "labels", Readonly<Record<string, string>>>> = {
  text: {
    "deep nesting": `${"[".repeat(MEGABYTE / 2)}${"]".repeat(MEGABYTE / 2)}`,
    "nesting again and again": list(MEGABYTE / 200, `${"[".repeat(100)}${"]".repeat(100)}`),
    "99,000 lists": list(99_000, "[]"),
    "one long string": JSON.stringify("</wip:&;\n".repeat(MEGABYTE / 10)),
    "100,000 members": `{${Array.from({ length: MANY }, (_, n) => `"${n}":1`).join()}}`,
  },
  labels: {
    "33,000 labels": list(33_000, '{"id":1,"name":"","title":""}'),
    "99,000 labels of nothing": list(99_000, '{"a":1}'),
  },
};

function list(length: number, item: string): string {
  return `[${Array(length).fill(item).join()}]`;
}

/** The text of a genuine payload, filled up to exactly so many bytes by what a person wrote. */
export function genuineText(kind: string, bytes: number): string {
  const sample = sampleOf(kind);
  const text = (words: string) => withJson(sample, sample.text, JSON.stringify(words));
  const room = bytes - Buffer.byteLength(text(""));
  return text("It does not work when I try it. ".repeat(room / 32 + 1).slice(0, room));
}

/** Hostile payloads, by what is wrong with them. */
export function hostileTexts(kind: string): [name: string, text: string][] {
  const sample = sampleOf(kind);
  return (["text", "labels"] as const).flatMap((place) => {
    const path = sample[place];
    if (path === undefined) return [];
    return Object.entries(HOSTILE[place]).map(([name, json]): [string, string] => [
      name,
      withJson(sample, path, json),
    ]);
  });
}

interface Example extends Sample {
  readonly kind: string;
}

function sampleOf(kind: string): Example {
  const sample = SAMPLES[kind];
  if (sample === undefined) throw new Error(`there is no sample of ${kind}`);
  return { kind, ...sample };
}

/** The sample with JSON written in the place at the end of a path. */
function withJson({ kind, fixture: name }: Example, path: readonly string[], json: string): string {
  const payload = JSON.parse(fixture(kind, name).body.toString()) as Payload;
  const above = path.slice(0, -1).reduce((inner, member) => inner[member] as Payload, payload);
  above[path.at(-1) ?? ""] = PLACE;
  return JSON.stringify(payload).replace(JSON.stringify(PLACE), () => json);
}

type Payload = Record<string, unknown>;

/** Stands where the JSON goes, until all else is written. */
const PLACE = "the place";
