import { WORLDS } from "../../demo/worlds.ts";
import { adapters } from "../../src/forges/index.ts";
import { peopleContract } from "../contracts/forge-people.ts";

/** Those that are held to it so far. */
const KINDS = [
  "bitbucket-cloud",
  "bitbucket-data-center",
  "azure-devops",
] as const satisfies readonly (keyof typeof WORLDS)[];

for (const kind of KINDS) {
  const adapter = adapters.find((one) => one.kind === kind);
  if (adapter === undefined) throw new Error(`there is a world for ${kind}, but no adapter`);
  peopleContract({ adapter, openWorld: (root) => WORLDS[kind]({ root }) });
}
