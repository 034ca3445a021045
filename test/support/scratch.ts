import { join } from "node:path";

import { afterEach, beforeEach } from "@jest/globals";

import { temporaryFolder } from "./temporary.ts";

/** An empty folder for each test of a file, which goes after it. Gives the path of a name in it. */
export function scratch(): (name: string) => string {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(async () => folder[Symbol.asyncDispose]());
  return (name) => join(folder.path, name);
}
