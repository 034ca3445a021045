import { readFileSync, writeFileSync } from "node:fs";

import { insertTable } from "../src/config/table.ts";
import { forgeTable } from "./forge-table/table.ts";

// Writes the table of what works on which forge into the page about forges; with --print it only shows the page.
const MARKERS = {
  start: "<!-- forges: start (made by `npm run forge-table`) -->",
  end: "<!-- forges: end -->",
};

const path = new URL("../src/forges/README.md", import.meta.url);
const page = insertTable(readFileSync(path, "utf8"), await forgeTable(), MARKERS);
if (process.argv.includes("--print")) process.stdout.write(page);
else writeFileSync(path, page);
