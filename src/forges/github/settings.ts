import { z } from "zod";

import type { ForgeSettings } from "../../core/forge.ts";
import { address } from "../shared/address.ts";
import type { Limits } from "../shared/limits.ts";
import { limits } from "../shared/limits.ts";
import { polling, repositories } from "../shared/polling.ts";
import { secret, webhookSecret } from "../shared/webhook-secret.ts";
import { readPrivateKey } from "./key.ts";

/** What the config says of one GitHub: github.com, Enterprise Cloud or an Enterprise Server. */
export interface GitHubSettings extends ForgeSettings {
  readonly kind: "github";
  /** Where people open it, `https://github.com` if not set. */
  readonly url?: string | undefined;
  /** Base of its API, if it cannot be told from `url`. */
  readonly apiUrl?: string | undefined;
  /** Base of its clone addresses, if it is not `url`. */
  readonly gitUrl?: string | undefined;
  /** A GitHub App has number and key, a plain repository webhook has a token: exactly one of the two. */
  readonly appId?: string | undefined;
  readonly privateKey?: string | undefined;
  readonly token?: string | undefined;
  readonly limits?: Limits | undefined;
}

const ownSecret = secret.refine(
  (text) => text !== "development",
  "Choose a secret of your own: everybody knows this default of Probot.",
);

/** The settings of a forge of kind `github`, as the config file writes them. */
export const settings = z
  .strictObject({
    kind: z.literal("github"),
    url: address.optional().describe("Where people open this GitHub; `https://github.com` if not set."),
    apiUrl: address.optional().describe("Base of the API; told from `url` if not set."),
    gitUrl: address.optional().describe("Base of clone addresses; `url` if not set."),
    appId: z
      .union([z.string(), z.number()])
      .transform(String)
      .refine((id) => /^[1-9]\d*$/.test(id), "Write the App ID: the number on the page of your GitHub App.")
      .optional()
      .describe("Number of your GitHub App."),
    privateKey: z
      .string()
      .transform((text, context) => {
        const key = readPrivateKey(text);
        if (key !== undefined) return key;
        context.addIssue({
          code: "custom",
          message:
            "Write the private key of your GitHub App: the whole text of its .pem file, or that in base64.",
        });
        return z.NEVER;
      })
      .optional()
      .describe("Private key of your GitHub App."),
    token: z.string().min(1, "Write a token, or leave it out.").optional().describe("Token of an account."),
    webhookSecret: webhookSecret(ownSecret),
    limits,
    repositories,
    polling,
  })
  .superRefine(({ appId, privateKey, token }, context) => {
    const problem = credentialsProblem({ appId, privateKey, token });
    if (problem !== undefined) context.addIssue({ code: "custom", ...problem });
  }) satisfies z.ZodType<GitHubSettings>;

function credentialsProblem({ appId, privateKey, token }: Partial<GitHubSettings>) {
  const app = appId !== undefined || privateKey !== undefined;
  if (app && token !== undefined) {
    return { path: ["token"], message: "Write either appId and privateKey, or a token; not both." };
  }
  if (!app && token === undefined) {
    return { path: [], message: "Write appId and privateKey of a GitHub App, or the token of an account." };
  }
  if (app && appId === undefined)
    return { path: ["appId"], message: "A privateKey needs its appId beside it." };
  if (app && privateKey === undefined) {
    return { path: ["privateKey"], message: "An appId needs its privateKey beside it." };
  }
  return undefined;
}
