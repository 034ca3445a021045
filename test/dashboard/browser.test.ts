import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "@jest/globals";

import type { Browser } from "../support/browser.ts";
import { openBrowser } from "../support/browser.ts";
import type { Dashboard } from "../support/dashboard.ts";
import { openDashboard, TOKEN } from "../support/dashboard.ts";
import { issue, issueEvent } from "../support/samples.ts";
import { describeWith, hasProgram } from "../support/services.ts";
import { until } from "../support/until.ts";

const program = ["chromium", "chromium-browser", "google-chrome"].find(hasProgram);

describeWith(program === undefined ? ["chromium"] : [])("in a real browser", () => {
  let browser: Browser;
  let dashboard: Dashboard;
  let address: string;
  beforeAll(async () => {
    browser = await openBrowser(program ?? "chromium");
  });
  afterAll(() => browser[Symbol.asyncDispose]());
  beforeEach(async () => {
    dashboard = await openDashboard();
    address = await dashboard.app.listen({ host: "127.0.0.1", port: 0 });
  });
  afterEach(() => dashboard[Symbol.asyncDispose]());

  const text = async (selector: string): Promise<string> => {
    const expression = `document.querySelector(${JSON.stringify(selector)})?.textContent`;
    // A page that is just being left has no text yet.
    const found = await browser.evaluate(expression).catch((error: unknown) => {
      if (!String(error).includes("navigated")) throw error;
    });
    return typeof found === "string" ? found : "";
  };
  const signature = (run: number) => new URL(dashboard.links.runUrl(run)!).search;

  it("a live log grows, and the page tells the end by itself", async () => {
    const life = await dashboard.queue();
    await life.start();
    await life.say("first line\n");
    await browser.open(`${address}/runs/1${signature(1)}`);
    await until(async () => (await text("pre.log")) === "first line\n");
    await life.say("second line\n");
    await until(async () => (await text("pre.log")) === "first line\nsecond line\n");
    await life.end("succeed", { reason: "It changed nothing." });
    await until(async () => (await text("[role=status]")).includes("It changed nothing."));
    expect(await text("pre.log")).toBe("first line\nsecond line\n");
  });

  it("a queued run is shown running once it is, without a new page", async () => {
    const life = await dashboard.queue();
    await browser.open(`${address}/runs/1${signature(1)}`);
    await until(async () => (await text("[role=status] .state")) === "queued");
    await browser.evaluate("window.same = true");
    await life.start();
    await until(async () => (await text("[role=status] .state")) === "running");
    expect(await browser.evaluate("window.same")).toBe(true);
  });

  it("a hostile title, reason or log does not run as script", async () => {
    const hostile = `<script>document.title="taken"</script><img src=x onerror='document.title="taken"'>`;
    const life = await dashboard.queue({ event: issueEvent({ issue: issue({ title: hostile }) }) });
    await life.start();
    await life.say(`</pre>${hostile}`);
    await browser.open(`${address}/runs/1${signature(1)}`);
    await until(async () => (await text("pre.log")).includes("taken"));
    await life.say(hostile);
    await until(async () => (await text("pre.log")).split("onerror").length === 3);
    await life.end("fail", { reason: hostile });
    await until(async () => (await text("[role=status]")).includes("taken"));
    expect(await browser.evaluate("document.title")).toBe("Run 1: coding-agent · Forgehand");
    expect(await browser.evaluate("document.querySelectorAll('main img, main script').length")).toBe(0);
  });

  it("the sign-in link opens the first page, with its style, and signing out closes it", async () => {
    await dashboard.queue();
    await browser.open(`${address}/sign-in?token=${TOKEN}`);
    await until(async () => (await text("h1")) === "Runs");
    const padding = await browser.evaluate("getComputedStyle(document.querySelector('td')).paddingTop");
    expect(padding).not.toBe("1px");
    await browser.evaluate("document.querySelector('header form').submit()");
    await until(async () => (await text("h1")) === "Please sign in");
  });
});
