import { describe, expect, it } from "@jest/globals";

import { withoutSecrets } from "../../src/config/hide.ts";
import { configOf } from "./loading.ts";

describe("a config that is shown", () => {
  it("shows addresses and kinds, and hides every secret", () => {
    const config = configOf(
      `
server: { smee: https://smee.io/hunter2 }
forges: { a: { kind: github, url: https://git.example, token: hunter2, webhookSecret: [hunter2-new, hunter2-old] } }
automations: { test: { on: { push: true }, run: make, secrets: [KEY], environment: { PLAIN: "\${KEY}" } } }
`,
      { environment: { KEY: "hunter2" } },
    );
    const shown = JSON.stringify(withoutSecrets(config));
    expect(shown).not.toContain("hunter2");
    for (const text of ["https://git.example", "github", "make", "KEY", "PLAIN"])
      expect(shown).toContain(text);
  });
});
