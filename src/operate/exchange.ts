import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";

/** Answer with an error as every address of the API does: its code for programs, a sentence for people. */
export const refuse = (reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
  reply.code(status).type("application/json; charset=utf-8").send({ error: { code, message } });

/** A part of the address; empty where it has none of that name. */
export function param(request: FastifyRequest, name: string): string {
  return (request.params as Readonly<Record<string, string>>)[name] ?? "";
}

/** What somebody sent, checked. Throws what becomes a 400. */
export function read<Value>(schema: z.ZodType<Value>, sent: unknown): Value {
  const checked = schema.safeParse(sent ?? {});
  if (checked.success) return checked.data;
  const message = checked.error.issues
    .map(({ path, message: said }) => (path.length === 0 ? said : `${path.join(".")}: ${said}`))
    .join(" ");
  throw Object.assign(new Error(message), { statusCode: 400, code: "REQUEST_INVALID" });
}
