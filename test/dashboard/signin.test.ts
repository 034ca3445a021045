import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { Dashboard } from "../support/dashboard.ts";
import { openDashboard, TOKEN } from "../support/dashboard.ts";
import { recordingLog } from "../support/recording-log.ts";

describe("signing in", () => {
  let dashboard: Dashboard;
  beforeEach(async () => {
    dashboard = await openDashboard();
  });
  afterEach(() => dashboard[Symbol.asyncDispose]());

  it.each(["/", "/runs/1", "/runs/1/log", "/runs/1/log.txt", "/runs/99", "/deliveries/1"])(
    "%s tells somebody who is not signed in how to, and nothing else",
    async (url) => {
      await dashboard.queue();
      const answer = await dashboard.app.inject(url);
      expect(answer.statusCode).toBe(401);
      expect(answer.body).toContain("sign-in-token");
      expect(answer.body).not.toContain("coding-agent");
    },
  );

  it("the printed link opens the pages with a cookie that scripts and other sites cannot use", async () => {
    const answer = await dashboard.app.inject(`/sign-in?token=${TOKEN}`);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, "./"]);
    const [cookie] = answer.cookies;
    expect(cookie).toMatchObject({
      name: "forgehand",
      path: "/",
      httpOnly: true,
      sameSite: "Lax",
      maxAge: 2_592_000,
    });
    expect(cookie?.value).not.toContain(TOKEN);
    expect((await dashboard.see("/")).status).toBe(200);
  });

  it("the form of the page does the same without a token in any address", async () => {
    const answer = await dashboard.app.inject({
      method: "POST",
      url: "/sign-in",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      payload: `token=${TOKEN}`,
    });
    expect([answer.statusCode, answer.cookies.length]).toEqual([303, 1]);
  });

  it.each(["?token=wrong", "?token=", "", `?token=${TOKEN}&token=${TOKEN}`])(
    "/sign-in%s is refused",
    async (query) => {
      const answer = await dashboard.app.inject(`/sign-in${query}`);
      expect([answer.statusCode, answer.cookies]).toEqual([401, []]);
      expect(answer.body).toContain("That is not the token.");
    },
  );

  it("a forged cookie opens nothing", async () => {
    const cookie = `forgehand=${Date.now() + 1_000_000}.${"a".repeat(22)}`;
    expect((await dashboard.app.inject({ url: "/", headers: { cookie } })).statusCode).toBe(401);
  });

  it("signing out takes the cookie away", async () => {
    const answer = await dashboard.app.inject({ method: "POST", url: "/sign-out" });
    expect(answer.statusCode).toBe(303);
    expect(answer.cookies).toMatchObject([{ name: "forgehand", value: "" }]);
  });

  it("trying again and again is answered 429", async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 25; count++) {
      statuses.push((await dashboard.app.inject("/sign-in?token=wrong")).statusCode);
    }
    expect([statuses.at(0), statuses.at(-1)]).toEqual([401, 429]);
  });

  it("coming from this machine proves nothing", async () => {
    const answer = await dashboard.app.inject({ url: "/", remoteAddress: "127.0.0.1" });
    expect(answer.statusCode).toBe(401);
  });

  it("a foreign host name is answered 421, even with the cookie", async () => {
    const cookie = await dashboard.signIn();
    for (const url of ["/", `/sign-in?token=${TOKEN}`, "/runs/1"]) {
      const answer = await dashboard.app.inject({ url, headers: { cookie, host: "evil.example" } });
      expect([answer.statusCode, answer.cookies]).toEqual([421, []]);
    }
  });
});

describe("behind https", () => {
  it("the cookie belongs to this host and to https alone", async () => {
    await using dashboard = await openDashboard({ publicUrl: "https://bot.example.com" });
    const { app } = dashboard;
    const answer = await app.inject({ url: `/sign-in?token=${TOKEN}`, headers: { host: "bot.example.com" } });
    expect(answer.cookies).toMatchObject([{ name: "__Host-forgehand", secure: true }]);
    expect(answer.headers["strict-transport-security"]).toMatch(/max-age/);
    expect((await dashboard.see("/")).status).toBe(200);
  });
});

describe("the pages' log", () => {
  it("never holds a token or a signature", async () => {
    const { log, lines } = recordingLog();
    await using dashboard = await openDashboard({ log });
    const life = await dashboard.queue();
    const signature = new URL(dashboard.links.runUrl(life.run.id)!).search;
    await dashboard.store.close();
    const answer = await dashboard.app.inject(`/runs/${life.run.id}${signature}`);
    expect(answer.statusCode).toBeGreaterThanOrEqual(500);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain(signature.slice(5));
  });
});
