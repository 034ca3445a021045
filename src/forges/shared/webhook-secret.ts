import { z } from "zod";

/** One secret of a webhook: any text but an empty one. */
export const secret = z.string().min(1, "Write a secret: with an empty one anybody could send deliveries.");

/** The `webhookSecret` of a forge in the config: one secret, or several while it is changed. */
export function webhookSecrets(one: z.ZodType<string, string>) {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((written) => (typeof written === "string" ? [written] : written))
    .pipe(z.array(one).min(1, "Write the secret of the webhook: without one nobody can prove who sends."));
}
