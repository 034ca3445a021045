import { z } from "zod";

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** An address of a forge in the config, without slashes at its end; a path before that is kept. Tokens go there. */
export const address = z
  .string()
  .transform((text) => text.replace(/\/+$/, ""))
  .refine(
    isSafe,
    "Write an https address without name and password (http only for this machine): tokens go there.",
  );

function isSafe(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || `${url.username}${url.password}${url.search}${url.hash}` !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.test(url.hostname));
}
