/** Milliseconds within which a text was only written: some forges note the times of a comment and of its text apart. */
const AT_ONCE = 1_000;

/** When a text was changed, where that was later than when it was written; undefined where both were one doing. */
export function changedLater(written: Date, changed: Date | null | undefined): Date | undefined {
  return changed && changed.getTime() - written.getTime() > AT_ONCE ? changed : undefined;
}
