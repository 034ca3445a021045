import { z } from "zod";

/** A secret of a webhook; an adapter may refine what its forge takes for one. */
export const secret = z.string().min(1, "Write a secret: with an empty one anybody could send deliveries.");

/** The `webhookSecret` of a forge in the config: one secret, or several while they are changed. */
export function webhookSecrets(one: z.ZodType<string, string> = secret) {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((written) => (typeof written === "string" ? [written] : written))
    .pipe(z.array(one).min(1, "Write the secret of the webhook: without one nobody can prove who sends."));
}
