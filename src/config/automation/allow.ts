import { z } from "zod";

import { text } from "../values.ts";

const permission = z.enum(["read", "triage", "write", "maintain", "admin"]);

/** Ids and logins may be all digits, which YAML reads as numbers. */
const names = z.array(z.union([text, z.number().int().nonnegative()]));

const lists = z
  .strictObject({
    permission: permission
      .optional()
      .describe("The least permission in the repository; without it, permissions say nothing."),
    users: names.default([]).describe("People, by login or id. What is all digits is an id."),
    teams: z.array(text).default([]).describe("Teams, by the forge's own names of them."),
    bots: names.default([]).describe("Machine accounts, by id alone: nothing else lets one in."),
  })
  .refine(
    ({ permission: least, ...listed }) =>
      least !== undefined || Object.values(listed).some((list) => list.length > 0),
    "Nobody is let in: say `permission`, `users`, `teams` or `bots`.",
  );

/** Who may ask, as it is written: a permission, or a map of what counts. */
export const allowSchema = z
  .union(
    [permission, lists],
    "Write a permission (read, triage, write, maintain, admin) or a map of who may ask.",
  )
  .default("write")
  .describe(
    "Who may ask for it: the least permission in the repository, or a map in which only what is listed counts.",
  );
