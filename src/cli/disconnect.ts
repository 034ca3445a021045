import type { Command } from "commander";

import { hookAddress } from "../hooks/address.ts";
import { disconnect } from "../hooks/disconnect.ts";
import { placeMeant } from "../hooks/place.ts";
import type { HookOptions } from "./connect.ts";
import { addressSaid, isTended, nowhere, withHookOptions } from "./connect.ts";
import { disconnectFacts, disconnectText } from "./connect-text.ts";
import { withForge } from "./forge.ts";
import { printable } from "./log.ts";
import { loadOrThrow, withConfigOptions } from "./settings.ts";
import { withStore } from "./store.ts";

export function addDisconnect(program: Command): void {
  withHookOptions(withConfigOptions(program.command("disconnect <forge> [name]")))
    .description("Remove the webhook that tells Forgehand what happens at a forge.")
    .addHelpText(
      "after",
      "\nExamples:\n  forgehand disconnect github octo/hello\n  forgehand disconnect gitlab acme --level group",
    )
    .action(disconnectOne);
}

async function disconnectOne(
  name: string,
  repository: string | undefined,
  { level, url: said, dryRun = false, json, ...options }: HookOptions,
): Promise<void> {
  const config = loadOrThrow(options);
  await withForge(config, name, async (forge) => {
    const { levels } = forge.webhooks;
    const place = placeMeant(name, levels, { level, name: repository });
    const url = addressSaid(name, said) ?? hookAddress(name, config.server);
    const gone = await withStore(config, (store) =>
      disconnect({ store, forge }, { place, url, dryRun, tended: isTended(config) }),
    );
    if (gone.urls.length === 0) nowhere(name);
    const text = json
      ? JSON.stringify({ ...disconnectFacts(name, gone), dryRun }, null, 2)
      : printable(disconnectText(name, gone, { levels, dryRun }));
    console.log(text);
  });
}
