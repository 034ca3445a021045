import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { placeKey, writeStatus } from "../../src/core/status.ts";
import type { Dashboard } from "../support/dashboard.ts";
import { openDashboard } from "../support/dashboard.ts";
import { alice, ISSUE, issue, issueEvent } from "../support/samples.ts";
import { arrival, claimed } from "../support/store-samples.ts";

const HOSTILE = '<script>alert("x")</script>';

describe("the pages", () => {
  let dashboard: Dashboard;
  beforeEach(async () => {
    dashboard = await openDashboard();
  });
  afterEach(() => dashboard[Symbol.asyncDispose]());

  const signature = (run: number) => new URL(dashboard.links.runUrl(run)!).search;
  const bySignature = (path: string, run: number) => dashboard.app.inject(`${path}${signature(run)}`);

  it("where nothing has happened yet, the first page says what to do next", async () => {
    const { text } = await dashboard.see("/");
    expect(text).toContain("Nothing has run yet.");
    expect(text).toContain("No forge has sent anything yet.");
    expect(text).toContain("/webhooks/");
  });

  it("the first page shows runs with state, automation, repository, subject and person", async () => {
    const life = await dashboard.queue({
      event: issueEvent({ issue: issue({ url: "https://github.com/o/r/7" }) }),
    });
    await life.start();
    const { text } = await dashboard.see("/");
    for (const shown of ["running", "coding-agent", "octo/hello", "issue #7", "Fix it", alice.login]) {
      expect(text).toContain(shown);
    }
    expect(text).toContain('href="runs/1"');
    expect(text).toContain('href="https://github.com/o/r/7"');
  });

  it("older runs are a page further", async () => {
    for (let number = 1; number <= 33; number++) await dashboard.queue({ key: `key-${number}` });
    const first = await dashboard.see("/");
    expect(first.text).toContain('href="./?before=4"');
    expect(first.text).not.toContain('href="runs/3"');
    const second = await dashboard.see("/?before=4");
    expect(second.text).toContain('href="runs/3"');
    expect(second.text).not.toContain('href="runs/4"');
    expect(second.text).not.toContain("Older runs");
  });

  it("the first page shows deliveries with reading and reason, and jobs in trouble", async () => {
    const reading = { kind: "ignored", reason: "nobody needs it" } as const;
    await dashboard.store.record(arrival({ id: "1" }, { reading, wanted: false }));
    await dashboard.store.record(arrival({ id: "2" }));
    const claim = await claimed(dashboard.store, "match");
    await dashboard.store.giveBack(claim, { after: 60_000, error: "the forge is not there" });
    const { text } = await dashboard.see("/");
    expect(text).toContain("nobody needs it");
    expect(text).toContain("the forge is not there");
  });

  it("a run's page shows its facts, its log and what was reported", async () => {
    const life = await dashboard.queue();
    await life.start();
    await life.say("\u001b[32mcompiled\u001b[0m\n");
    const key = placeKey({ kind: "comment", forge: "github", repo: "42", thread: ISSUE });
    await dashboard.store.change((transaction) =>
      transaction.savePlace({ key, reported: "Run 1 failed", reportedAt: new Date(0) }),
    );
    await life.end("fail", { reason: "It ended with exit code 3.", exitCode: 3 });
    const { status, text } = await dashboard.see("/runs/1");
    expect(status).toBe(200);
    for (const shown of [
      "failed",
      "It ended with exit code 3.",
      ">compiled\n<",
      "Comment on issue #7",
      "Run 1 failed",
    ]) {
      expect(text).toContain(shown);
    }
    expect(text).not.toContain("data-stream");
  });

  it("a run's page says which status was sent last", async () => {
    const life = await dashboard.queue({ publishes: false, sha: "a".repeat(40), context: "forgehand/test" });
    await life.start();
    const place = {
      kind: "status",
      forge: "github",
      repo: "42",
      sha: "a".repeat(40),
      context: "forgehand/test",
    } as const;
    const status = {
      state: "failure",
      context: "forgehand/test",
      description: "Run 1 failed: <oops>.",
    } as const;
    await dashboard.store.change((transaction) =>
      transaction.savePlace({ key: placeKey(place), reported: writeStatus(status), reportedAt: new Date(0) }),
    );
    const { text } = await dashboard.see("/runs/1");
    expect(text).toContain("<strong>failure</strong>: <bdi>Run 1 failed: &#60;oops&#62;.</bdi>");
  });

  it("a running run's page goes on with the stream, and without script refreshes itself", async () => {
    const life = await dashboard.queue();
    await life.start();
    await life.say("first\n");
    const { text } = await dashboard.see("/runs/1");
    expect(text).toContain('data-stream="1/log?after=1"');
    expect(text).toContain('<noscript><meta http-equiv="refresh"');
  });

  it("a signed link opens its run and that run's log, and shows no way further", async () => {
    const life = await dashboard.queue();
    await life.start();
    await life.say("hello\n");
    const page = await bySignature("/runs/1", 1);
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toContain("deliveries/");
    expect(page.body).not.toContain("sign-out");
    expect(page.body).toContain(`1/log?after=1&#38;${signature(1).slice(1)}`);
    const log = await bySignature("/runs/1/log.txt", 1);
    expect([log.statusCode, log.body, log.headers["content-type"]]).toEqual([
      200,
      "hello\n",
      "text/plain; charset=utf-8",
    ]);
  });

  it("a signed link opens no other run and no other page", async () => {
    await dashboard.queue();
    await dashboard.queue({ key: "key-2" });
    for (const path of ["/runs/2", "/runs/2/log", "/runs/2/log.txt", "/", "/deliveries/1", "/runs/01x"]) {
      expect((await bySignature(path, 1)).statusCode).toBe(401);
    }
  });

  it.each(["/runs/99", "/runs/none", "/runs/1e3", "/deliveries/99", "/deliveries/none"])(
    "%s is not found",
    async (url) => {
      const { status, text } = await dashboard.see(url);
      expect(status).toBe(404);
      expect(text).toContain("There is no");
    },
  );

  it("a delivery's page shows how it was read, what was decided, its headers and its body", async () => {
    await dashboard.store.record(
      arrival({ headers: { "x-github-event": "issues" }, body: Buffer.from('{"a":[1]}') }),
    );
    const decision = {
      automation: "coding-agent",
      event: 0,
      matched: true,
      reason: "It has the label.",
      stillToAsk: [],
    };
    await dashboard.store.change((transaction) =>
      transaction.keepDecisions("1", [
        {
          ...decision,
          outcome: "run",
          run: 5,
          steps: [{ what: "permission", ok: true, said: "<b>alice</b> may ask for it." }],
        },
      ]),
    );
    const { text } = await dashboard.see("/deliveries/1");
    for (const shown of [
      "x-github-event",
      "It has the label.",
      'href="../runs/5"',
      "&#60;b&#62;alice&#60;/b&#62; may ask for it.",
      "9 bytes",
      "&#34;a&#34;: [",
    ]) {
      expect(text).toContain(shown);
    }
  });

  it("a hostile title, login, reason, log or header is text on every page", async () => {
    const event = issueEvent({ issue: issue({ title: HOSTILE, url: "javascript:alert(1)" }) });
    const actor = { id: "1", login: HOSTILE };
    const life = await dashboard.queue({
      event,
      actor,
      automation: HOSTILE,
      repo: { id: "1", fullName: HOSTILE },
    });
    await life.start();
    await life.say(`${HOSTILE}</pre>`);
    await life.end("fail", { reason: HOSTILE });
    await dashboard.store.record(
      arrival({ id: HOSTILE, event: HOSTILE, headers: { "x-evil": HOSTILE }, body: Buffer.from(HOSTILE) }),
    );
    for (const url of ["/", "/runs/1", "/deliveries/1"]) {
      const { status, text } = await dashboard.see(url);
      expect(status).toBe(200);
      expect(text).toContain("&#60;script&#62;alert");
      expect(text).not.toMatch(/<script>alert|javascript:/);
    }
  });

  it("every page forbids all but its own style and script, and is kept by nobody", async () => {
    await dashboard.queue();
    for (const url of ["/", "/runs/1", "/sign-in"]) {
      const { headers } = await dashboard.app.inject(url);
      const policy = String(headers["content-security-policy"]);
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain("unsafe");
      expect(headers).toMatchObject({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
    }
  });
});
