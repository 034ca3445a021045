/** One thing that a box sees in its file system, by its absolute path there. Nothing else is there at all. */
export type Mount =
  /** What this machine has at `from` (or else at the same path), to read; nothing where it has nothing. */
  | { readonly kind: "read"; readonly path: string; readonly from?: string }
  /** The same, to write. It has to be there. */
  | { readonly kind: "write"; readonly path: string; readonly from?: string }
  /** An empty folder that stays empty. */
  | { readonly kind: "empty"; readonly path: string }
  /** An empty folder in memory, to write, of so many bytes at most. */
  | { readonly kind: "memory"; readonly path: string; readonly size: number }
  | { readonly kind: "link"; readonly path: string; readonly to: string };

/** Bytes that bubblewrap's own empty folders may take: room for the mount points in them. */
const ROOM_FOR_MOUNT_POINTS = 1_048_576;

/**
 * The words that tell bubblewrap of mounts: what lies in something else comes after it, and of two mounts at one path
 * the later one counts. Empty folders are closed at last, when all mount points in them are made.
 */
export function mountWords(mounts: readonly Mount[]): string[] {
  const last = new Map(mounts.map((mount) => [mount.path, mount]));
  const ordered = [...last.values()].sort((one, other) => depthOf(one.path) - depthOf(other.path));
  return [
    ...ordered.flatMap(wordsOf),
    ...ordered.flatMap(({ kind, path }) => (kind === "empty" ? ["--remount-ro", path] : [])),
  ];
}

const depthOf = (path: string): number => path.split("/").filter((part) => part !== "").length;

function wordsOf(mount: Mount): string[] {
  switch (mount.kind) {
    case "read":
      return ["--ro-bind-try", mount.from ?? mount.path, mount.path];
    case "write":
      return ["--bind", mount.from ?? mount.path, mount.path];
    case "empty":
      return ["--size", String(ROOM_FOR_MOUNT_POINTS), "--tmpfs", mount.path];
    case "memory":
      return ["--size", String(mount.size), "--tmpfs", mount.path];
    case "link":
      return ["--symlink", mount.to, mount.path];
  }
}
