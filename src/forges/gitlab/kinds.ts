/** What a delivery is about, in GitLab's words. */
export const KINDS = ["issue", "work_item", "merge_request", "note", "push", "tag_push", "pipeline"] as const;
export type Kind = (typeof KINDS)[number];

const ISSUES: readonly Kind[] = ["issue", "work_item"];

/**
 * What may come under a value of `X-Gitlab-Event`. The body decides; the header only shows that something is wrong.
 * Source: GitLab docs, "Webhook events".
 */
const FAMILIES: ReadonlyMap<string, readonly Kind[]> = new Map([
  ["Issue Hook", ISSUES],
  ["Confidential Issue Hook", ISSUES],
  ["Note Hook", ["note"]],
  ["Confidential Note Hook", ["note"]],
  ["Merge Request Hook", ["merge_request"]],
  ["Push Hook", ["push"]],
  ["Tag Push Hook", ["tag_push"]],
  ["Pipeline Hook", ["pipeline"]],
]);

/** System hooks have one value for all kinds, and these that we read. */
const SYSTEM_HOOK = "System Hook";
const SYSTEM_KINDS: readonly string[] = ["merge_request", "push", "tag_push"];

/** The kind that a body says; undefined where it says none, such as one of a custom template. */
export function kindIn({ object_kind, event_name }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof object_kind === "string") return object_kind;
  return typeof event_name === "string" ? event_name : undefined;
}

/** The kind if it is one that we read under this header. */
export function readable(kind: string, header: string): Kind | undefined {
  if (header === SYSTEM_HOOK && !SYSTEM_KINDS.includes(kind)) return undefined;
  return KINDS.find((known) => known === kind);
}

/** Whether header and body say different things. Values that we do not know agree with everything. */
export function contradicts(kind: Kind, header: string): boolean {
  return FAMILIES.get(header)?.includes(kind) === false;
}

/** Whether what comes under this header from a project or a group is something that we read. */
export function isRead(header: string): boolean {
  return FAMILIES.has(header);
}

/** Whether the header says that only some people may see it. */
export function isConfidential(header: string): boolean {
  return header.startsWith("Confidential ");
}
