import { z } from "zod";

/** A secret of a webhook in the config. */
export const secret = z.string().min(1, "Write a secret: with an empty one anybody could send deliveries.");

const NONE = "Write the secret of the webhook: without one nobody can prove who sends.";

/**
 * The `webhookSecret` of a forge in the config: one secret, or several while it is changed. Whether it may be left out is
 * for those to say who know whether webhooks are received.
 */
export function webhookSecret(one: z.ZodType<string, string> = secret, none = NONE) {
  return z
    .union([z.string(), z.array(z.string())], none)
    .optional()
    .transform((written) => (typeof written === "string" ? [written] : written))
    .pipe(z.array(one).min(1, none).optional())
    .transform((secrets = []) => secrets)
    .describe("Secret of the webhook; several while you change it.");
}
