import { describe, expect, it } from "@jest/globals";

import { dueBetween, nextTimes } from "../../src/schedule/times.ts";

const utc = (text: string) => new Date(`${text}Z`);
const short = (times: readonly Date[]) => times.map((time) => time.toISOString().slice(0, 16));

describe("the next times of a schedule", () => {
  it.each([
    ["0 6 * * 1-5", "UTC", "2026-11-27T07:00", ["2026-11-30T06:00", "2026-12-01T06:00"]],
    ["0 6 * * *", "Asia/Kolkata", "2026-11-27T00:00", ["2026-11-27T00:30", "2026-11-28T00:30"]],
    ["0 6 * * *", "America/New_York", "2026-07-01T00:00", ["2026-07-01T10:00", "2026-07-02T10:00"]],
    ["0 6 * * *", "America/New_York", "2026-01-01T00:00", ["2026-01-01T11:00", "2026-01-02T11:00"]],
    ["0 0 29 2 *", "UTC", "2026-11-27T00:00", ["2028-02-29T00:00", "2032-02-29T00:00"]],
    ["0 0 * * 7", "UTC", "2026-11-27T00:00", ["2026-11-29T00:00", "2026-12-06T00:00"]],
    // At 02:00 the clock of Berlin is put forward to 03:00: 02:30 does not come, and counts as the moment after.
    ["30 2 * * *", "Europe/Berlin", "2026-03-28T02:00", ["2026-03-29T01:00", "2026-03-30T00:30"]],
    // At 03:00 it is put back to 02:00: 02:30 comes twice, and counts once.
    ["30 2 * * *", "Europe/Berlin", "2026-10-24T02:00", ["2026-10-25T00:30", "2026-10-26T01:30"]],
    // What names no hour counts each time that it comes.
    ["30 * * * *", "Europe/Berlin", "2026-10-25T00:00", ["2026-10-25T00:30", "2026-10-25T01:30"]],
    ["30 * * * *", "Europe/Berlin", "2026-03-29T00:00", ["2026-03-29T00:30", "2026-03-29T01:30"]],
    // Lord Howe puts its clock forward by half an hour.
    ["15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00", ["2026-10-03T15:30", "2026-10-04T15:15"]],
  ])("%s in %s after %s", (cron, timezone, after, expected) => {
    expect(short(nextTimes({ cron, timezone }, utc(after), 2))).toEqual(expected);
  });
});

describe("the times that are due", () => {
  const hourly = { cron: "0 * * * *", timezone: "UTC" };
  const quarterly = { cron: "*/15 * * * *", timezone: "UTC" };

  it.each([
    ["none before its time", hourly, "10:00", "10:59", undefined, 0],
    ["the one that has just come", hourly, "10:00", "11:00", "11:00", 0],
    ["not again what was seen to", hourly, "11:00", "11:30", undefined, 0],
    ["one that was missed within an hour", hourly, "10:30", "11:59", "11:00", 0],
    ["the newest of several that were missed, the others counted", quarterly, "10:00", "11:20", "11:15", 4],
    ["none that was missed long ago", { ...hourly, cron: "0 3 * * *" }, "00:00", "11:00", undefined, 1],
    ["a time of an hour ago no more", hourly, "10:30", "12:00", "12:00", 1],
  ])("are %s", (_what, schedule, after, until, newest, missed) => {
    const due = dueBetween(schedule, utc(`2026-11-27T${after}`), utc(`2026-11-27T${until}`));
    expect(due).toEqual({ ...(newest !== undefined && { newest: utc(`2026-11-27T${newest}`) }), missed });
  });

  it("are counted up to a thousand, however long nobody looked", () => {
    const due = dueBetween(
      { cron: "* * * * *", timezone: "UTC" },
      utc("2020-01-01T00:00"),
      utc("2026-01-01T00:00"),
    );
    expect(due).toEqual({ newest: utc("2026-01-01T00:00"), missed: 1_000 });
  });
});
