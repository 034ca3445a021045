import { createHmac, randomUUID } from "node:crypto";

import { expect, it } from "@jest/globals";

import { commit } from "../../../demo/repository.ts";
import type { Told, WebhookDelivery } from "../../../demo/stand-in/delivery.ts";
import { send } from "../../../demo/stand-in/delivery.ts";
import { DEFAULT_BRANCH, OWNER } from "../../../demo/world.ts";
import type { Worlds } from "../../../demo/worlds.ts";
import { describeWith, hasProgram } from "../../support/services.ts";
import { startWhole } from "../../support/whole.ts";

/** What AWX calls each of its three services, and how that forge proves a request by the webhook key of a template. */
const SERVICES = [
  {
    forge: "github",
    service: "github",
    event: "push",
    proof: (key: string, body: string) => ({
      "x-hub-signature": `sha1=${hmac("sha1", key, body)}`,
      "x-hub-signature-256": `sha256=${hmac("sha256", key, body)}`,
    }),
  },
  {
    forge: "gitlab",
    service: "gitlab",
    event: "Push Hook",
    proof: (key: string) => ({ "x-gitlab-token": key }),
  },
  {
    forge: "bitbucket-data-center",
    service: "bitbucket_dc",
    event: "repo:refs_changed",
    proof: (key: string, body: string) => ({ "x-hub-signature": `sha256=${hmac("sha256", key, body)}` }),
  },
] as const;

const hmac = (algorithm: string, key: string, body: string) =>
  createHmac(algorithm, key).update(body).digest("hex");

/** The variables that AWX gives a job, as the playbook of a user reads them. */
const PLAYBOOK = `
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.assert:
        that:
          - awx_webhook_event_type == tower_webhook_event_type
          - awx_webhook_event_guid == tower_webhook_event_guid
          - awx_webhook_event_ref == tower_webhook_event_ref
          - awx_webhook_payload == tower_webhook_payload
          - tower_webhook_status_api == ""
          - lookup("env", "tower_webhook_event_ref") == tower_webhook_event_ref
    - ansible.builtin.debug:
        msg: "deploys {{ tower_webhook_event_ref }} for {{ tower_webhook_event_type }}, told by {{ tower_webhook_payload.keys() | sort | first }}"
`;

/** The headers of a delivery with another proof. */
const provenBy = ({ headers, body }: WebhookDelivery, proof: object): WebhookDelivery => {
  const kept = Object.entries(headers).filter(([name]) => !/^(x-hub-|x-gitlab-token|webhook-sig)/.test(name));
  return { body, headers: { ...Object.fromEntries(kept), ...(proof as Record<string, string>) } };
};

describeWith(hasProgram("ansible-playbook") ? [] : ["ansible-playbook"])(
  "somebody who comes from AWX",
  () => {
    it.each(SERVICES)(
      "runs a playbook as before, by the template's address and key, on $forge",
      async ({ forge, service, event, proof }) => {
        await using whole = await startWhole<keyof Worlds>({
          forge,
          automations: {
            deploy: {
              on: { push: true, pull_request: ["opened"] },
              awx_template: 42,
              run: 'ansible-playbook -e @"$FORGEHAND_EXTRA_VARS" site.yml',
              status: { context: "ansible/awx" },
              environment: { ANSIBLE_LOCALHOST_WARNING: "false" },
            },
          },
        });
        const { world, servers } = whole;
        const { key } = JSON.parse(await whole.cli("keys", "make", world.kind, "deploy", "--json")) as {
          key: string;
        };
        const post = (path: string, told: Told, secret = key, id: string = randomUUID()) => {
          const signed = world.sign(told, id);
          return send(`${servers[0]!.url}${path}`, provenBy(signed, proof(secret, signed.body)));
        };
        const pushed = async (branch: string) => {
          const files = { "site.yml": PLAYBOOK };
          const after = await commit(world.bare, { branch, from: DEFAULT_BRANCH, message: "Deploy", files });
          const { repository } = world;
          const before = "0".repeat(40);
          const told = await world.told({ kind: "pushed", repository, actor: OWNER, branch, before, after });
          return { told, after };
        };

        const { told, after } = await pushed("release");
        expect(told.event).toBe(event);
        const id = randomUUID();
        expect(await post(`/api/v2/job_templates/42/${service}/`, told, key, id)).toMatchObject({
          status: 200,
          body: { status: "recorded" },
        });
        expect(await whole.over(1)).toMatchObject({ state: "succeeded", sha: after, context: "ansible/awx" });
        const log = (await whole.store.log(1, 0)).map(({ text }) => text).join("");
        expect(log).toContain(`deploys ${after} for ${event}`);
        expect(whole.statuses(after).map(({ state }) => state)).toEqual(["pending", "success"]);
        expect(whole.statuses(after).at(-1)).toMatchObject({ context: "ansible/awx" });

        // The same GUID again: AWX answered 202 "Webhook previously received, aborting."
        expect(await post(`/api/v2/job_templates/42/${service}/`, told, key, id)).toMatchObject({
          status: 200,
          body: { status: "duplicate" },
        });
        // What AWX answered 403: the wrong key, another service, an unknown template.
        const next = (await pushed("next")).told;
        expect((await post(`/api/v2/job_templates/42/${service}/`, next, "guessed")).status).toBe(401);
        expect((await post("/api/v2/job_templates/42/gitea/", next)).status).toBe(404);
        expect((await post(`/api/v2/job_templates/43/${service}/`, next)).status).toBe(404);
        // A workflow template has the same addresses.
        expect(await post(`/api/v2/workflow_job_templates/42/${service}/`, next)).toMatchObject({
          status: 200,
        });
        expect(await whole.over(2)).toMatchObject({ state: "succeeded" });
        expect(await whole.runs()).toHaveLength(2);
      },
      90_000,
    );
  },
);
