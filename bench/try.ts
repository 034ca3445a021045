import { openPlace } from "./queue/places.ts";
import { measureStarts } from "./queue/start.ts";
const [engine, workers, sandbox] = process.argv.slice(2);
await using place = await openPlace(engine as any);
const t = performance.now();
console.log(engine, workers, sandbox, await measureStarts(place, { workers: Number(workers), concurrency: 16, sandbox: (sandbox ?? "none") as any, seconds: 8 }), Math.round(performance.now() - t));
