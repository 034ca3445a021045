import { WORLDS } from "../../../demo/worlds.ts";
import { azureDevOps } from "../../../src/forges/azure-devops/index.ts";
import { webhookContract } from "../../contracts/forge-webhooks.ts";

webhookContract({ adapter: azureDevOps, openWorld: (root) => WORLDS["azure-devops"]({ root }) }, [
  "repository",
  "owner",
]);
