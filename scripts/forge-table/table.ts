import { WORLDS } from "../../demo/worlds.ts";
import { adapters } from "../../src/forges/index.ts";
import { fixtures } from "../../test/support/fixtures.ts";
import { openStandIn } from "../../test/support/open-stand-in.ts";
import { PORT } from "./port.ts";
import type { Column, Row } from "./row.ts";
import { TRIGGERS } from "./triggers.ts";

/** What people call each product, by its word, in the order of the table. A kind that is not here is called by its word. */
const TITLES: Readonly<Record<string, string>> = {
  github: "GitHub",
  gitlab: "GitLab",
  "bitbucket-cloud": "Bitbucket Cloud",
  "bitbucket-data-center": "Bitbucket Data Center",
  gitea: "Gitea",
  forgejo: "Forgejo",
  gogs: "Gogs",
  "azure-devops": "Azure DevOps",
};

/**
 * The table of what works on which forge, in Markdown. It says what tests hold true: what an adapter lacks is what its
 * contract suites leave out, and a trigger works where a fixture has such an event.
 */
export async function forgeTable(): Promise<string> {
  const columns = await openColumns();
  const cells = (row: Row) => [row.what, ...columns.map((column) => row.cell(column))];
  const heading = (text: string) => [`**${text}**`, ...columns.map(() => "")];
  const lines = [
    ["", ...columns.map(({ title }) => title)],
    ["---", ...columns.map(() => "---")],
    heading("There"),
    ...PORT.map(cells),
    heading("Starts automations"),
    ...TRIGGERS.map(cells),
  ];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

/** A column for each kind, and for each alias that is another product: it has what its adapter has. */
async function openColumns(): Promise<Column[]> {
  const columns = await Promise.all(
    Object.keys(WORLDS).map((kind) => openColumn(kind as keyof typeof WORLDS)),
  );
  const place = ({ word }: { word: string }) =>
    word in TITLES ? Object.keys(TITLES).indexOf(word) : Infinity;
  return columns
    .flatMap((column) =>
      [column.adapter.kind, ...column.adapter.aliases.filter((alias) => alias in TITLES)].map((word) => ({
        ...column,
        word,
        title: TITLES[word] ?? word,
      })),
    )
    .sort((one, other) => place(one) - place(other));
}

async function openColumn(kind: keyof typeof WORLDS) {
  const adapter = adapters.find((one) => one.kind === kind);
  if (adapter === undefined) throw new TypeError(`there is a world for ${kind}, but no adapter`);
  await using opened = await openStandIn({ adapter, openWorld: (root) => WORLDS[kind]({ root }) });
  const events = fixtures(kind).flatMap(({ reading }) => (reading.kind === "event" ? reading.events : []));
  return { adapter, forge: opened.forge, events };
}
