import type { ForgeTools, OpenForge } from "../../core/forge.ts";
import { createApp } from "./app.ts";
import { createClient } from "./client.ts";
import { openDoor } from "./door.ts";
import type { GitHubSettings } from "./settings.ts";

/** Open one GitHub: its Probot, the calls that go out by it, and the door that deliveries come in by. */
export async function open(name: string, settings: GitHubSettings, tools: ForgeTools): Promise<OpenForge> {
  const probot = await createApp(name, settings, tools);
  return {
    forge: createClient(name, settings, probot),
    door: openDoor(probot, { forge: name, log: tools.log }),
    close: () => Promise.resolve(),
  };
}
