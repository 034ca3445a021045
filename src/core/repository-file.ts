import type { Automation } from "./automation.ts";
import type { Repo } from "./event.ts";

/** The file at the root of a repository's default branch by which it adds automations of its own. */
export const REPOSITORY_FILE = ".forgehand.yml";

/** Context of the status that tells of problems in that file. No automation has it. */
export const REPOSITORY_FILE_CONTEXT = "forgehand/config";

/** Characters of that file; a longer one is not read. */
export const LONGEST_REPOSITORY_FILE = 64 * 1024;

/** Something in the file that cannot stand; while there is one, nothing of the file counts. */
export interface FileProblem {
  /** Both counted from 1; of what is missing, those of what it is missing in. Absent where the whole file is meant. */
  readonly line?: number;
  readonly column?: number;
  /** Where it is, such as `automations.test.timeout`; empty for the whole file. */
  readonly path: string;
  /** A sentence for who writes the file. */
  readonly message: string;
}

/** What a file comes to: automations, or every problem at once. */
export type FileReading =
  | { readonly automations: readonly Automation[]; readonly problems: readonly [] }
  | { readonly automations: readonly []; readonly problems: readonly FileProblem[] };

/** What the owner of the server lets repositories do. */
export interface RepositoryFiles {
  /** Whether a repository may have automations of its own. */
  serves(forge: string, fullName: string): boolean;
  /** Read the text of a file by what is granted now. Pure; never throws. */
  read(text: string): FileReading;
  /** One automation as a run kept it (`Automation.written`), by what is granted now; else why it does not stand any more. */
  readWritten(name: string, written: string): Automation | { readonly missing: string };
}

/** The file of a repository as it was read last. */
export interface KeptFile {
  readonly forge: string;
  readonly repo: Repo;
  /** The default branch, by its name. */
  readonly branch: string;
  /** The head of the default branch that it was read at; absent where the forge does not tell heads. */
  readonly sha?: string;
  /** Its text, cut after one character too many; absent where there is no such file or it could not be read. */
  readonly text?: string;
  /** What was wrong when it was read. */
  readonly problems: readonly FileProblem[];
  /** Whether the reading before had problems and this one has none: then that is told, too. */
  readonly mended: boolean;
  /** When the forge was asked for it. */
  readonly askedAt: Date;
}

/** Whether a commit shows a status about the file: of good news only after bad news. */
export function tellsOf({ problems, mended }: Pick<KeptFile, "problems" | "mended">): boolean {
  return problems.length > 0 || mended;
}

/** A problem as one sentence or two: `Line 3, column 5: automations.test.timeout: …`. */
export function problemText({ line, column, path, message }: FileProblem): string {
  const where = line === undefined ? "" : `Line ${line}${column === undefined ? "" : `, column ${column}`}: `;
  return `${where}${path === "" ? "" : `${path}: `}${message}`;
}

/** What a delivery says of a file with problems, all of them. */
export function problemsText(problems: readonly FileProblem[]): string {
  return [
    `Nothing of the file ${REPOSITORY_FILE} counts, since it has problems.`,
    ...problems.map(problemText),
  ].join(" ");
}
