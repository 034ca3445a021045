import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { silent } from "../../src/core/log.ts";
import type { Dashboard } from "../support/dashboard.ts";
import { openDashboard } from "../support/dashboard.ts";

describe("the set-up pages", () => {
  let dashboard: Dashboard;
  let cookie: string;
  let saved: Record<string, string>[];
  let asked: Record<string, string>[];
  let pages: { baseUrl: string; webhookUrl: string; state: string }[];
  let fault: Error | undefined;

  beforeEach(async () => {
    [saved, asked, pages, fault] = [[], [], [], undefined];
    dashboard = await openDashboard({
      setUps: [
        {
          setUp: {
            path: "/fake",
            page: (options) => {
              pages.push(options);
              return "<h1>Make an app</h1>";
            },
            complete: (query) => {
              asked.push({ ...query });
              return fault === undefined
                ? Promise.resolve({ environment: { APP_ID: "1" }, next: "https://github.com/apps/x" })
                : Promise.reject(fault);
            },
          },
          webhookUrl: (baseUrl) => `${baseUrl}/webhooks/acme`,
          tools: { log: silent, userAgent: "forgehand/0" },
        },
      ],
      saveSetUp: (environment) => Promise.resolve(void saved.push({ ...environment })),
    });
    cookie = await dashboard.signIn();
  });
  afterEach(() => dashboard[Symbol.asyncDispose]());

  const get = (url: string, cookies = cookie) => dashboard.app.inject({ url, headers: { cookie: cookies } });

  /** Open the first page; gives the cookies that the browser then has, and the state that the forge gets. */
  async function begin(): Promise<{ cookies: string; state: string }> {
    const { cookies } = await get("/fake");
    const own = cookies.map(({ name, value }) => `${name}=${value}`);
    return { cookies: [cookie, ...own].join("; "), state: pages.at(-1)!.state };
  }

  it("the first page tells the forge our address, the webhook's, and a state nobody can guess", async () => {
    const { state } = await begin();
    expect(pages[0]).toMatchObject({
      baseUrl: "http://localhost:8000",
      webhookUrl: "http://localhost:8000/webhooks/acme",
    });
    expect(state).toMatch(/^[\w-]{32}$/);
    expect((await begin()).state).not.toBe(state);
  });

  it("credentials that come back with the state are kept, and the page says what is left to do", async () => {
    const { cookies, state } = await begin();
    const answer = await get(`/fake/setup?code=abc&state=${state}`, cookies);
    expect(answer.statusCode).toBe(200);
    expect(asked).toEqual([{ code: "abc", state }]);
    expect(saved).toEqual([{ APP_ID: "1" }]);
    expect(answer.body).toContain('href="https://github.com/apps/x"');
    expect(answer.cookies).toMatchObject([{ name: "forgehand-setup", value: "" }]);
  });

  it("a code that somebody else sends is not used", async () => {
    const { cookies, state } = await begin();
    const other = await begin();
    const tries = [
      ["/fake/setup?code=abc", cookies],
      ["/fake/setup?code=abc&state=", cookies],
      [`/fake/setup?code=abc&state=${other.state}`, cookies],
      [`/fake/setup?code=abc&state=${state}`, cookie],
      [`/fake/setup?code=abc&state=${state}`, `${cookie}; forgehand-setup=${state}.${"a".repeat(22)}`],
    ] as const;
    for (const [url, cookies] of tries) expect((await get(url, cookies)).statusCode).toBe(400);
    expect([asked, saved]).toEqual([[], []]);
  });

  it("only somebody who is signed in sees them", async () => {
    const { cookies, state } = await begin();
    const setUpOnly = cookies.replace(cookie, "");
    expect((await get("/fake", "")).statusCode).toBe(401);
    expect((await get(`/fake/setup?code=abc&state=${state}`, setUpOnly)).statusCode).toBe(401);
    expect(saved).toEqual([]);
  });

  it("a forge that refuses is told to the person, and nothing is kept", async () => {
    fault = new Error("The forge does not know this code.");
    const { cookies, state } = await begin();
    const answer = await get(`/fake/setup?code=abc&state=${state}`, cookies);
    expect(answer.statusCode).toBe(502);
    expect(answer.body).toContain("The forge does not know this code.");
    expect(saved).toEqual([]);
  });

  it("the first page of an empty installation leads to them", async () => {
    expect((await get("/")).body).toContain('href="./fake"');
  });
});
