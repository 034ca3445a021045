import { messageOf } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";

/** What is wrong with the broker, and that it is over: once for each trouble, however often it comes back. */
export interface Tell {
  readonly trouble: (error: unknown) => void;
  readonly works: () => void;
}

/** Of the connection. `at` names the broker, without a secret. */
export function tellOfConnection(at: { hosts: string; vhost: string }, log: Log): Tell {
  const told = new Set<string>();
  return {
    trouble(error) {
      const code = REFUSALS.has(codeOf(error)) ? "QUEUE_REFUSED" : "QUEUE_UNREACHABLE";
      if (told.has(code)) return;
      told.add(code);
      const data = { code, ...at, reason: reasonOf(error) };
      if (code === "QUEUE_REFUSED")
        log.error(data, "RabbitMQ does not let us in; workers look for jobs by themselves until it does");
      else log.warn(data, "RabbitMQ does not answer; workers look for jobs by themselves until it does");
    },
    works() {
      if (told.size > 0) log.info(at, "RabbitMQ answers again");
      told.clear();
    },
  };
}

/** Of the queue of one stage. */
export function tellOfQueue(at: { stage: string; queue: string }, log: Log): Tell {
  const told = new Set<string>();
  let troubled = false;
  return {
    trouble(error) {
      const code = codeOf(error);
      troubled = true;
      if (told.has(code)) return;
      told.add(code);
      const data = { ...at, reason: reasonOf(error) };
      if (code === "PRECONDITION_FAILED") log.error({ code: "QUEUE_REFUSED", ...data }, OTHER_KIND);
      else if (REFUSALS.has(code)) log.error({ code: "QUEUE_REFUSED", ...data }, NO_RIGHT);
      else log.warn({ code: "QUEUE_UNREACHABLE", ...data }, "a queue of RabbitMQ was lost and is made again");
    },
    works() {
      // A right to publish or consume is refused only later, so what was told is not forgotten here.
      if (troubled) log.info(at, "the queue of RabbitMQ stands");
      troubled = false;
    },
  };
}

const REFUSALS: ReadonlySet<string> = new Set(["ACCESS_REFUSED", "NOT_ALLOWED"]);

const OTHER_KIND =
  "RabbitMQ has a queue of this name with other properties; delete it and it is made anew, until then workers look for jobs by themselves";
const NO_RIGHT =
  "the user of RabbitMQ lacks a right on this queue or on amq.default; until then workers look for jobs by themselves";

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

/**
 * The client puts the method that was refused in front, and knows none where it was the login. An error of several
 * addresses has no message of its own.
 */
const reasonOf = (error: unknown): string => messageOf(error).replace(/^undefined: /, "") || codeOf(error);
