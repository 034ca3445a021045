/** A name with slashes as part of an address: its slashes stay, all else is encoded that has a meaning there. */
export function encodePath(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}
