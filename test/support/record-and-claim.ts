/**
 * A second process on a store, started by tests: records the deliveries `FROM` to `TO`, doing a match job after each,
 * then prints the subjects of the jobs that it did as JSON.
 *
 *     node record-and-claim.ts PATH FROM TO
 */
import { silent } from "../../src/core/log.ts";
import { openSqlite } from "../../src/record/sqlite.ts";
import { recordAndClaim } from "./store-samples.ts";

const [path = "", from, to] = process.argv.slice(2);
const store = await openSqlite({ path, log: silent });
const done = await recordAndClaim(store, Number(from), Number(to));
await store.close();
process.stdout.write(JSON.stringify(done));
