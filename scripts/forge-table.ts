import { readFileSync, writeFileSync } from "node:fs";

import { insertForgeTable } from "./forge-table/page.ts";

// Writes the table of what works on which forge into the page about forges.
const page = new URL("../src/forges/README.md", import.meta.url);
writeFileSync(page, await insertForgeTable(readFileSync(page, "utf8")));
