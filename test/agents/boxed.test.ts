import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, it } from "@jest/globals";

import { agentRoom, changed, REAL_KEY } from "../support/agent-room.ts";
import { SANDBOX_PROGRAMS } from "../support/boxes.ts";
import { describeWithAgent, REAL } from "../support/real-agents.ts";

const SLOW = 120_000;

for (const name of REAL) {
  describeWithAgent(name, SANDBOX_PROGRAMS)(`${name} in a box, by way of the proxy`, () => {
    it(
      "edits the file that it was asked for, with a key that the proxy adds outside",
      async () => {
        await using room = await agentRoom(name, { boxed: true });
        const { exit, result, usage } = await room.run("Create `docs/hello.md` with `Hello from the box`.");
        expect(result.message).toBe("");
        expect(result).toMatchObject({ ok: true, error: "none", text: "Created docs/hello.md as asked." });
        expect(exit).toEqual({ kind: "exited", code: 0 });
        expect(changed(room.places.work)).toEqual(["docs/hello.md"]);
        expect(await readFile(join(room.places.work, "docs/hello.md"), "utf8")).toBe("Hello from the box\n");
        expect(room.model.requests.map(({ keyAccepted }) => keyAccepted)).toEqual([true, true]);
        expect(usage).toMatchObject({
          inputTokens: result.usage?.inputTokens,
          outputTokens: result.usage?.outputTokens,
          requests: 2,
        });
      },
      SLOW,
    );

    it(
      "hands no key to the commands that it runs",
      async () => {
        await using room = await agentRoom(name, { boxed: true });
        const { result } = await room.run("Run `env > seen.txt`");
        expect(result.ok).toBe(true);
        const seen = await readFile(join(room.places.work, "seen.txt"), "utf8");
        expect(seen).toContain("HOME=");
        expect(seen).not.toContain(REAL_KEY);
      },
      SLOW,
    );

    it(
      "says that the real key is refused",
      async () => {
        await using room = await agentRoom(name, { boxed: true, scenario: "401" });
        const { result } = await room.run("Create `hello.md`.");
        expect(result).toMatchObject({ ok: false, error: "auth" });
      },
      SLOW,
    );
  });
}
