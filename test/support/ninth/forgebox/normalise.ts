import { z } from "zod";

import type { Delivery, Reading } from "../../../../src/core/delivery.ts";
import { fullName } from "../../../../src/forges/shared/full-name.ts";
import { labelsOf } from "../../../../src/forges/shared/labels.ts";
import { readPayload } from "../../../../src/forges/shared/payload.ts";
import { ignored, read, told, unreadable } from "../../../../src/forges/shared/reading.ts";

const Labeled = z.object({
  project: z.object({ id: z.int(), path: fullName }),
  by: z.object({ id: z.int(), name: z.string() }),
  ticket: z.object({
    number: z.int().positive(),
    title: z.string(),
    text: z.string(),
    labels: labelsOf(z.string()),
  }),
  label: z.string(),
});

/** Read a delivery: Forgebox has tickets, and tells of each label that one gets. Never throws. */
export function normalise({ event, body }: Pick<Delivery, "event" | "headers" | "body">): Reading {
  if (event !== "ticket.labeled") return ignored(`the event "${event}" is not one that Forgehand acts on`);
  const payload = readPayload(body);
  if (!payload.ok) return unreadable(payload.problem);
  return read(event, Labeled, payload.value, ({ project, by, ticket, label }) => {
    const { number, title, text, labels } = ticket;
    return told({
      kind: "issue",
      action: "labeled",
      repo: { id: String(project.id), fullName: project.path },
      actor: { id: String(by.id), login: by.name },
      issue: { number, title, body: text, state: "open", labels },
      label,
    });
  });
}
