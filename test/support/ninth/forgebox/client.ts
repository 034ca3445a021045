import { z } from "zod";

import { ForgehandError } from "../../../../src/core/errors.ts";
import type { Forge, ForgeTools, OpenForge } from "../../../../src/core/forge.ts";
import { PERMISSIONS } from "../../../../src/core/forge.ts";
import { upsert } from "../../../../src/forges/shared/comments.ts";
import { webhooksAt } from "../../../../src/forges/shared/hooks.ts";
import { createFetch } from "../../../../src/forges/shared/http.ts";
import { createJsonApi } from "../../../../src/forges/shared/json-api.ts";
import { encodePath } from "../../../../src/forges/shared/path.ts";
import type { ForgeboxSettings } from "./settings.ts";

const Account = z.object({ id: z.int(), name: z.string() });
const Comment = z.object({ id: z.int() });
const Comments = z.array(z.object({ id: z.int(), text: z.string() }));
const Member = z.object({ role: z.enum(PERMISSIONS) });
const Project = z.object({ id: z.int(), path: z.string(), main: z.string() });

/** Open one Forgebox, which has tickets with labels and comments, and neither statuses nor pull requests. */
export function open(name: string, settings: ForgeboxSettings, tools: ForgeTools): Promise<OpenForge> {
  const { url, token } = settings;
  const { log, deadline, userAgent } = tools;
  const fetch = createFetch({ forge: name, base: url, log, deadline });
  const headers = { authorization: `Bearer ${token}`, "user-agent": userAgent };
  const api = createJsonApi({ forge: name, base: `${url}/api`, headers, fetch });
  const project = async (path: string, signal?: AbortSignal) =>
    (await api({ path: `/projects/${encodePath(path)}`, reply: Project, signal })).data;
  const unsupported = () => Promise.resolve({ kind: "unsupported" } as const);
  const none = () => Promise.reject(new ForgehandError("FORGE_NOT_FOUND", "Forgebox has no pull requests."));

  const forge: Forge = {
    name,
    kind: "forgebox",
    async self(signal) {
      const { data } = await api({ path: "/me", reply: Account, signal });
      return { id: String(data.id), login: data.name };
    },
    missingRights: () => Promise.resolve([]),
    setStatus: () => Promise.resolve("unsupported"),
    upsertComment({ id: repo }, { number }, { id: known, marker, body: text }, signal) {
      const path = `/projects/${repo}/tickets/${number}/comments`;
      return upsert(known, {
        edit: (id) =>
          api({ method: "PUT", path: `${path}/${id}`, body: { text }, reply: z.unknown(), signal }),
        find: async () => {
          const { data } = await api({ path, query: { mine: 1 }, reply: Comments, signal });
          const ours = data.find((one) => one.text.includes(marker));
          return ours && String(ours.id);
        },
        create: async () => {
          const { data } = await api({ method: "POST", path, body: { text }, reply: Comment, signal });
          return String(data.id);
        },
      });
    },
    async changeLabels({ id }, { number }, change, signal) {
      const path = `/projects/${id}/tickets/${number}/labels`;
      await api({ method: "PATCH", path, body: change, reply: z.unknown(), signal });
      return "set";
    },
    whoLabelled: unsupported,
    issue: () => Promise.resolve("unsupported"),
    conversation: () => Promise.resolve([]),
    isMember: () => Promise.resolve("unsupported"),
    requestReview: () => Promise.resolve("unsupported"),
    requiredChecks: () => Promise.resolve("unsupported"),
    async permission({ id }, actor, signal) {
      const path = `/projects/${id}/members/${encodeURIComponent(actor.id)}`;
      return (await api({ path, reply: Member, signal })).data.role;
    },
    pullRequest: none,
    defaultBranch: async ({ fullName }, signal) => (await project(fullName, signal)).main,
    openPullRequest: () => Promise.resolve("unsupported"),
    findPullRequest: () => Promise.resolve(undefined),
    readFile: () => Promise.resolve(undefined),
    gitUrl: ({ fullName }) => `${url}/${fullName}.git`,
    compareUrl: ({ fullName }, base, branch) => `${url}/${fullName}/compare/${base}/${branch}`,
    pullRequestRef: (number) => `refs/none/${number}`,
    gitCredentials: () => Promise.resolve({ username: "token", password: token }),
    closingReference: (number) => `Closes #${number}`,
    async repository(fullName, signal) {
      const { id, path, main } = await project(fullName, signal);
      return { id: String(id), fullName: path, defaultBranch: main };
    },
    listings: { issues: unsupported, pullRequests: unsupported, branches: unsupported },
    webhooks: webhooksAt({}, []),
  };
  return Promise.resolve({ forge, close: () => Promise.resolve() });
}
