import { z } from "zod";

/** Text that says something. */
export const text = z.string().trim().min(1, "This must not be empty.");

/** A whole number; digits in a text count too, since `"${PORT}"` is one. */
export function integer(least: number, most: number, standard: number) {
  return z
    .preprocess(
      (value) => (typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value),
      z.int().min(least).max(most),
    )
    .prefault(standard);
}

/** An http(s) address without credentials; a slash at its end is taken off. */
export const webAddress = z.string().transform((text, context) => {
  const url = URL.parse(text);
  const web = url !== null && /^https?:$/.test(url.protocol);
  if (web && url.username === "" && url.password === "") return text.replace(/\/+$/, "");
  context.addIssue({ code: "custom", message: "Write an http(s) address without credentials." });
  return z.NEVER;
});

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Name of an environment variable. */
export const variableName = z
  .string()
  .regex(VARIABLE, "Write the name of an environment variable: letters, digits and _.");

/** A host by its name: no address, nothing that leads to whoever asks, no wildcard over a whole top-level domain. */
const HOST = /^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$/;

/** A host that a command may reach, as `example.com` or `*.example.com`; or the word for the package registries. */
export const hostPattern = z
  .string()
  .toLowerCase()
  .refine(
    (host) =>
      host === "package-registries" ||
      (HOST.test(host) && !/(^|\.)localhost$/.test(host) && !/^\*\.[^.]+$/.test(host)),
    "Write the name of a host, such as api.example.com or *.example.com, or package-registries.",
  );

/** Name of an automation. */
export const automationName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/,
    "Name an automation with letters, digits, _ and -, at most 63 characters.",
  );

/** What workers have and runs may ask for, such as `gpu`. */
export const tagsSchema = z
  .array(
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,31}$/, "Write a tag with a-z, 0-9, ., _ and -, at most 32 characters."),
  )
  .max(16)
  .transform((tags) => [...new Set(tags)].sort())
  .prefault([]);
