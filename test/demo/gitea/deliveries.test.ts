import { describe, expect, it } from "@jest/globals";

import { sign } from "../../../demo/gitea/deliveries.ts";
import { gitea } from "../../../src/forges/gitea/index.ts";

const told = (event: string, payload: object = {}) => ({ event, payload: { ...payload } });

describe("a delivery of Gitea or Forgejo", () => {
  it("is signed in the headers of every family, over JSON with indents", () => {
    const { headers, body } = sign(told("push", { a: 1 }), { product: "gitea", secret: "s" }, "one-id");
    expect(body).toBe('{\n  "a": 1\n}');
    expect(headers).toMatchObject({
      "x-gitea-event": "push",
      "x-gogs-event": "push",
      "x-github-event": "push",
      "x-gitea-delivery": "one-id",
      "x-gitea-signature": expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      "x-hub-signature": expect.stringMatching(/^sha1=[0-9a-f]{40}$/) as unknown,
      "x-hub-signature-256": `sha256=${headers["x-gitea-signature"] ?? ""}`,
    });
    expect(headers).not.toHaveProperty("x-forgejo-event");
  });

  it.each(["gitea", "forgejo"] as const)(
    "of %s proves itself to the adapter by each signature alone",
    (product) => {
      const { headers, body } = sign(told("push"), { product, secret: "s" });
      const request = { headers, body: Buffer.from(body) };
      expect(gitea.verify(request, ["s"], new Date()).state).toBe("proven");
      for (const kept of [
        "x-gitea-signature",
        "x-hub-signature-256",
        ...(product === "forgejo" ? ["x-forgejo-signature"] : []),
      ]) {
        const alone = { [kept]: headers[kept] ?? "" };
        expect(gitea.verify({ ...request, headers: alone }, ["s"], new Date()).state).toBe("proven");
      }
    },
  );

  it.each([
    ["issues", { action: "opened" }, "issues"],
    ["issues", { action: "label_updated" }, "issue_label"],
    ["pull_request", { action: "label_updated" }, "pull_request_label"],
    ["pull_request", { action: "synchronized" }, "pull_request_sync"],
    ["issue_comment", { action: "created", is_pull: false }, "issue_comment"],
    ["issue_comment", { action: "created", is_pull: true }, "pull_request_comment"],
  ])("of %s with %j has the type %s", (event, payload, type) => {
    const { headers } = sign(told(event, payload), { product: "forgejo", secret: "s" });
    expect([headers["x-gitea-event-type"], headers["x-forgejo-event-type"]]).toEqual([type, type]);
  });
});
