// What terminals obey (colours, cursor, titles) and other control characters: of no use on a page.
const TERMINAL =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-_])|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** The output of a command as text: line ends of every kind as one, nothing that only a terminal understands. */
export function plain(output: string): string {
  return output.replace(/\r\n?/g, "\n").replace(TERMINAL, "");
}
