import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";

/** The version of the package that this file is part of, as source and as built program. */
export function version(): string {
  const path = findPackageJSON(import.meta.url);
  if (path === undefined) return "unknown";
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}

/** What our requests to forges are sent as. */
export function userAgent(): string {
  return `Forgehand/${version()}`;
}
