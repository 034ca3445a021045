import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Git asks this program for name and password, with a question such as `Password for 'https://bot@forge.example': `.
 * It answers for one origin only, from the environment of the one git process that it belongs to.
 */
const ASKPASS = `#!/bin/sh
scheme=\${FORGEHAND_GIT_ORIGIN%%://*}
host=\${FORGEHAND_GIT_ORIGIN#*://}
case "$1" in
  "Username for '$scheme://$host'"*) printf '%s\\n' "$FORGEHAND_GIT_USERNAME" ;;
  "Password for '$scheme://"*"@$host'"*) printf '%s\\n' "$FORGEHAND_GIT_PASSWORD" ;;
  *) exit 1 ;;
esac
`;

/** A folder of ours that git calls home, with the askpass program in it. */
export interface GitHome {
  readonly home: string;
  readonly askpass: string;
}

/** Make the home of git in a data folder. Safe to repeat, by several processes too. */
export async function makeGitHome(dataDir: string): Promise<GitHome> {
  const home = join(dataDir, "git", "home");
  const askpass = join(dataDir, "git", "askpass");
  await mkdir(home, { recursive: true, mode: 0o700 });
  const draft = `${askpass}.${randomUUID()}`;
  await writeFile(draft, ASKPASS, { mode: 0o700 });
  await rename(draft, askpass);
  return { home, askpass };
}
