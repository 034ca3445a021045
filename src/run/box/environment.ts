/** What a shell can hold, and a variable of an automation is called (src/config/values.ts). */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** How variables are called on their way, numbered: names that steer no loader, no shell and no library. */
const ON_THE_WAY = "FORGEHAND_CARRIED_";

/** Variables of a command on their way into its box. */
export interface Carried {
  /** Words for bubblewrap that hold the values; for a file descriptor, since everybody may read a list of arguments. */
  readonly words: readonly string[];
  /** Lines of shell that give the variables their names. No value is in them. */
  readonly unpack: readonly string[];
}

/**
 * Pack the environment of a command, so that it counts for nothing but the command: the system's loader, shells and
 * libraries take files and orders from variables such as `LD_PRELOAD`, be it in the programs outside that make the box
 * or in those inside that set its limits. Names a variable that cannot be carried: no shell could hold its name, or its
 * value could be taken for more words.
 */
export function carry(environment: Readonly<Record<string, string>>): Carried | { odd: string } {
  const variables = Object.entries(environment);
  const odd = variables.find(([name, value]) => !NAME.test(name) || value.includes("\0"));
  if (odd !== undefined) return { odd: odd[0] };
  return {
    words: variables.flatMap(([, value], index) => ["--setenv", `${ON_THE_WAY}${index}`, value]),
    // `command` lets a shell go on that keeps a variable for itself, as bash does UID (POSIX, "command").
    unpack: variables.flatMap(([name], index) => [
      `command export ${name}="$${ON_THE_WAY}${index}" 2>/dev/null || :`,
      `unset ${ON_THE_WAY}${index}`,
    ]),
  };
}

/** Words as `--args` of bubblewrap reads them: each one ends at a NUL character (bwrap(1)). */
export const asArguments = (words: readonly string[]): Buffer =>
  Buffer.from(words.map((word) => `${word}\0`).join(""));
