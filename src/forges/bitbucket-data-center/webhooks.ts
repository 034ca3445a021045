import type { HookPlace, WantedHook, Webhooks } from "../../core/webhooks.ts";
import type { Hooks } from "../shared/hooks.ts";
import { oneHook, oursAmong, usualFaults, webhooksAt } from "../shared/hooks.ts";
import type { JsonCall } from "../shared/json-api.ts";
import { apiPath } from "./addresses.ts";
import { heldBack } from "./breaker.ts";
import { deliveries } from "./deliveries.ts";
import { isStumble } from "./errors.ts";
import type { Line } from "./line.ts";
import { EVENTS } from "./normalise.ts";
import * as replies from "./replies.ts";
import { isBasic } from "./settings.ts";

const NEEDS =
  "The credentials lack a right for this: grant REPO_ADMIN for a repository or PROJECT_ADMIN for a project, to the token as to the account that it is of.";

/** Source: Bitbucket Data Center docs, "Troubleshooting webhooks" and "Manage webhooks". */
const ADVICE = [
  "After five failures Bitbucket leaves out what it should send, for ten seconds at first and for up to ten hours: only its own log and its JMX metrics tell of that.",
  "It leaves out too what comes while more than 250 calls of webhooks are under way on the whole instance.",
  "Each node of Bitbucket must reach the address, through the proxy that its Java is told to use.",
  "The certificate must be known to the trust store of Bitbucket's Java, unless the webhook is told not to check it.",
  'On the page of the webhook, "Test connection" tries the address, and "View details" shows the latest calls and their answers.',
];

/**
 * The webhooks of a repository or a project; a project's are called for all its repositories. Source: Atlassian's
 * description of the REST API.
 */
export function webhooks(line: Line): Webhooks {
  async function list(place: HookPlace, signal?: AbortSignal) {
    const call = { path: pathFor(place), query: { statistics: "true" }, reply: replies.Hooks, signal };
    const found: replies.Hook[] = [];
    for await (const { values } of line.pages(call)) found.push(...values);
    return found;
  }

  const ours = async (place: HookPlace, url: string, signal?: AbortSignal) =>
    oursAmong(await list(place, signal), url, addressOf);

  /** What came of it, the list shows. */
  async function write(call: Omit<JsonCall<unknown>, "reply">): Promise<undefined> {
    try {
      await line.ask({ ...call, reply: replies.Done });
    } catch (error) {
      if (!isStumble(error)) throw error;
    }
  }

  const create = (place: HookPlace, wanted: WantedHook, signal?: AbortSignal) =>
    write({
      method: "POST",
      path: pathFor(place),
      body: { name: "Forgehand", url: wanted.url, ...wholeOf(wanted) },
      signal,
    });

  const hooks: Hooks = {
    ...oneHook({
      list,
      addressOf,
      faultsOf: (hook) => usualFaults(hook, EVENTS),
      heldOf: ({ statistics }) => heldBack(statistics, new Date()),
      create,

      /** What an update leaves out is lost. Whether certificates are checked is the administrator's to say. */
      update: (place, { id, name, url, sslVerificationRequired: checks }, wanted, signal) =>
        write({
          method: "PUT",
          path: pathFor(place, id),
          body: {
            name: name ?? "Forgehand",
            url,
            ...wholeOf(wanted),
            ...(typeof checks === "boolean" ? { sslVerificationRequired: checks } : {}),
          },
          signal,
        }),

      /** Bitbucket knows nothing against a new one. */
      replace: (place, _old, wanted, signal) => create(place, wanted, signal),

      delete: (place, { id }, signal) => write({ method: "DELETE", path: pathFor(place, id), signal }),
    }),

    /** Bitbucket calls the address at once, with an event of its own that it never signs. */
    async test(place, wanted, signal) {
      const [hook] = await ours(place, wanted.url, signal);
      const checks = hook?.sslVerificationRequired;
      const { credentials } = proofOf(wanted);
      const { response } = await line.ask({
        method: "POST",
        path: `${pathFor(place)}/test`,
        query: {
          url: wanted.url,
          ...(hook === undefined ? {} : { webhookId: String(hook.id) }),
          ...(typeof checks === "boolean" ? { sslVerificationRequired: String(checks) } : {}),
        },
        ...(credentials === undefined ? {} : { body: credentials }),
        reply: replies.Trial,
        signal,
      });
      return { kind: "answered", status: response?.status ?? response?.statusCode ?? 0 };
    },

    ...deliveries(
      (place, id, query, signal) =>
        line.ask({ path: `${pathFor(place, id)}/latest`, query, reply: replies.Invocation, signal }),
      ours,
    ),
  };
  const levels = {
    repository: { word: "repository", needs: NEEDS, hooks },
    owner: { word: "project", needs: NEEDS, hooks },
  };
  return { ...webhooksAt(levels, ADVICE), forgets: true };
}

const addressOf = ({ url }: replies.Hook): string => url;

/** A secret that signs, or one with a colon that is user and password. */
function proofOf({ secret }: WantedHook): {
  configuration?: { secret: string };
  credentials?: { username: string; password: string };
} {
  if (!isBasic(secret)) return { configuration: { secret } };
  const colon = secret.indexOf(":");
  return { credentials: { username: secret.slice(0, colon), password: secret.slice(colon + 1) } };
}

function wholeOf(wanted: WantedHook) {
  return { active: true, events: EVENTS, ...proofOf(wanted) };
}

/** Where the webhooks of a place are, or one of them. */
function pathFor({ level, name }: HookPlace, id?: number | string): string {
  const at = level === "owner" ? `projects/${encodeURIComponent(name)}` : apiPath({ fullName: name });
  return `api/latest/${at}/webhooks${id === undefined ? "" : `/${id}`}`;
}
