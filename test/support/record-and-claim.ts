/**
 * A second process on a store, started by tests: records the deliveries `FROM` to `TO`, doing a match job after each,
 * then prints the subjects of the jobs that it did as JSON.
 *
 *     node record-and-claim.ts PATH|URL FROM TO
 */
import { silent } from "../../src/core/log.ts";
import { openPostgres } from "../../src/record/postgres.ts";
import { openSqlite } from "../../src/record/sqlite.ts";
import { recordAndClaim } from "./store-samples.ts";

const [place = "", from, to] = process.argv.slice(2);
const store = place.startsWith("postgres:")
  ? await openPostgres({ url: place, log: silent })
  : await openSqlite({ path: place, log: silent });
const done = await recordAndClaim(store, Number(from), Number(to));
await store.close();
process.stdout.write(JSON.stringify(done));
