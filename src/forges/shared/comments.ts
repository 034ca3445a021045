import { unlessGone } from "./verdicts.ts";

/** What a forge does with comments on one issue or pull request. */
interface Hands {
  edit(id: string): Promise<unknown>;
  /** The id of our comment among all of them. */
  find(): Promise<string | undefined>;
  /** The id of a new one. */
  create(): Promise<string>;
}

/** Write our one comment: the known one, else the one that is found, else a new one. One that is gone is no obstacle. */
export async function upsert(known: string | undefined, hands: Hands): Promise<{ id: string }> {
  if (known !== undefined && (await unlessGone(hands.edit(known)))) return { id: known };
  const found = await hands.find();
  if (found !== undefined && (await unlessGone(hands.edit(found)))) return { id: found };
  return { id: await hands.create() };
}

/** Our comment among these: by the marker and by us, since anybody can copy a marker. */
export function ownAmong(
  comments: readonly {
    id: number;
    body?: string | null | undefined;
    user?: { id: number } | null | undefined;
  }[],
  { marker, author }: { marker: string; author: string },
): string | undefined {
  const ours = comments.find(({ body, user }) => body?.includes(marker) && String(user?.id) === author);
  return ours === undefined ? undefined : String(ours.id);
}
