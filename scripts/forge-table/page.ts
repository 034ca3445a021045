import { insertTable } from "../../src/config/table.ts";
import { forgeTable } from "./table.ts";

const MARKERS = {
  start: "<!-- forges: start (made by `npm run forge-table`) -->",
  end: "<!-- forges: end -->",
};

/** The page with the table as it is now between its markers. */
export async function insertForgeTable(page: string): Promise<string> {
  return insertTable(page, await forgeTable(), MARKERS);
}
