import type { FastifyReply } from "fastify";

import type { Answer } from "./answer.ts";

/** Send an answer as the JSON that it is already. */
export function send(reply: FastifyReply, { status, body, retryAfter }: Answer): FastifyReply {
  if (retryAfter !== undefined) void reply.header("retry-after", retryAfter);
  return reply.code(status).header("content-type", "application/json; charset=utf-8").send(body);
}
