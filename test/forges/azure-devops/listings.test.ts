import { WORLDS } from "../../../demo/worlds.ts";
import { azureDevOps } from "../../../src/forges/azure-devops/index.ts";
import { listingContract } from "../../contracts/forge-listings.ts";

listingContract({ adapter: azureDevOps, openWorld: (root) => WORLDS["azure-devops"]({ root }) });
