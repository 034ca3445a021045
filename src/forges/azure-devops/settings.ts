import { z } from "zod";

import type { ForgeSettings } from "../../core/forge.ts";
import { address } from "../shared/address.ts";
import { fullName } from "../shared/full-name.ts";
import type { Limits } from "../shared/limits.ts";
import { limits } from "../shared/limits.ts";
import { polling, repositories } from "../shared/polling.ts";
import { webhookSecret } from "../shared/webhook-secret.ts";

/** What the config says of one organization of Azure DevOps, or one collection of an Azure DevOps Server. */
export interface AzureDevOpsSettings extends ForgeSettings {
  readonly kind: "azure-devops";
  /** The organization or the collection: `https://dev.azure.com/ORG`, `https://HOST/tfs/COLLECTION`. */
  readonly url: string;
  /** Base of its API, if it is not `url`. */
  readonly apiUrl?: string | undefined;
  /** Base of its clone addresses, if it is not `url`. */
  readonly gitUrl?: string | undefined;
  /** Base of the API that knows accounts, if it cannot be told from `url`. */
  readonly identityUrl?: string | undefined;
  /** Version of the API that is asked for; an older server knows only older ones. */
  readonly apiVersion: string;
  /** Personal access token; we write as the account that it belongs to. */
  readonly token: string;
  /** Full names of repositories that polling brings their project's work items to. */
  readonly workItems: readonly string[];
  readonly limits?: Limits | undefined;
}

const password = z.string().min(1, "Write a password: with an empty one anybody could send deliveries.");

const NONE = "Write the password of the webhook: without one nobody can prove who sends.";

/** Services tell organizations apart by the path alone, servers their collections. */
const collection = address.refine(
  (text) => URL.parse(text)?.hostname !== "dev.azure.com" || URL.parse(text)?.pathname !== "/",
  "Write the organization too, as in https://dev.azure.com/ORG.",
);

/** The settings of a forge of kind `azure-devops`, as the config file writes them. */
export const settings = z.strictObject({
  kind: z.literal("azure-devops"),
  url: collection.describe(
    "The organization or collection: `https://dev.azure.com/ORG` or `https://HOST/tfs/COLLECTION`.",
  ),
  apiUrl: address.optional().describe("Base of the API; `url` if not set."),
  gitUrl: address.optional().describe("Base of clone addresses; `url` if not set."),
  identityUrl: address
    .optional()
    .describe("Base of the API that knows accounts; told from `url` if not set."),
  apiVersion: z
    .string()
    .regex(/^\d+\.\d$/, "Write a version such as 7.1, without -preview.")
    .default("7.1")
    .describe("Version of the API: `7.0` for Server 2022, `6.0` for Server 2020."),
  token: z
    .string("Write the personal access token of an account.")
    .min(1, "Write the personal access token of an account.")
    .describe("Personal access token of an account."),
  workItems: z
    .array(fullName)
    .default([])
    .describe(
      "Repositories that polling brings the work items of their project to, as `PROJECT/REPOSITORY`; " +
        "one that is called like its project needs no word.",
    ),
  webhookSecret: webhookSecret(password, NONE).describe(
    "Password of the service hooks, with any user name; or `user:password`. Several while you change it.",
  ),
  limits,
  repositories,
  polling,
}) satisfies z.ZodType<AzureDevOpsSettings>;
