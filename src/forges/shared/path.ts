/** A path of a file or a branch as a part of an address: all but its slashes is percent-encoded. */
export function inPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
