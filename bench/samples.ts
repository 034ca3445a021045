import { fixture } from "../test/support/fixtures.ts";

/** A genuine delivery of each kind of forge, and its member that holds what a person wrote. */
export const SAMPLES: Readonly<Record<string, readonly [fixture: string, text: string]>> = {
  github: ["pull-request-opened", "body"],
  gitlab: ["merge-request-opened", "description"],
  gitea: ["pull-request-opened", "body"],
  gogs: ["pull-request-opened", "body"],
  "bitbucket-cloud": ["pull-request-created", "description"],
  "bitbucket-data-center": ["pull-request-opened", "description"],
  "azure-devops": ["pull-request-created", "description"],
};

const MEGABYTE = 1_000_000;
const MANY = 100_000;

/** JSON of about 1 MB that nobody writes but who wants to see a server busy. */
const HOSTILE: Readonly<Record<string, { member: "text" | "labels"; json: string }>> = {
  "deep nesting": { member: "text", json: `${"[".repeat(MEGABYTE / 2)}${"]".repeat(MEGABYTE / 2)}` },
  "one long string": { member: "text", json: JSON.stringify("</wip:&;\n".repeat(MEGABYTE / 10)) },
  "100,000 members": {
    member: "text",
    json: `{${Array.from({ length: MANY }, (_, n) => `"${n}":1`).join()}}`,
  },
  "100,000 labels": {
    member: "labels",
    json: `[${Array(MANY).fill('{"id":1,"name":"","title":""}').join()}]`,
  },
  "100,000 labels of nothing": { member: "labels", json: `[${Array(MANY).fill('{"a":1}').join()}]` },
};

/** The text of a genuine payload, filled up to a size. */
export function genuineText(kind: string, bytes: number): string {
  const text = (words: string) => withMember(kind, { text: JSON.stringify(words) });
  const room = bytes - Buffer.byteLength(text(""));
  return text("It does not work when I try it. ".repeat(room / 32 + 1).slice(0, room));
}

/** Hostile payloads, by what is wrong with them. */
export function hostileTexts(kind: string): [name: string, text: string][] {
  return Object.entries(HOSTILE).map(([name, { member, json }]) => [
    name,
    withMember(kind, { [member]: json }),
  ]);
}

/** The sample with JSON written in the place of its text and of all its labels. */
function withMember(kind: string, { text, labels }: { text?: string; labels?: string }): string {
  const [name, member] = SAMPLES[kind] ?? ["", ""];
  const marked = JSON.stringify(JSON.parse(fixture(kind, name).body.toString()), (key, value: unknown) => {
    if (key === member && text !== undefined && typeof value === "string") return "\u0001text";
    return key === "labels" && labels !== undefined ? "\u0001labels" : value;
  });
  return marked.replaceAll(/"\\u0001(text|labels)"/g, (_, which) => (which === "text" ? text : labels) ?? "");
}
