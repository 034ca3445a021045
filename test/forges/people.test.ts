import { WORLDS } from "../../demo/worlds.ts";
import { adapters } from "../../src/forges/index.ts";
import { peopleContract } from "../contracts/forge-people.ts";

for (const kind of Object.keys(WORLDS) as (keyof typeof WORLDS)[]) {
  const adapter = adapters.find((one) => one.kind === kind);
  if (adapter === undefined) throw new Error(`there is a world for ${kind}, but no adapter`);
  peopleContract({ adapter, openWorld: (root) => WORLDS[kind]({ root }) });
}
