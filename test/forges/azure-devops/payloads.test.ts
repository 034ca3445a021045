import { expect, it } from "@jest/globals";

import { azureDevOps } from "../../../src/forges/azure-devops/index.ts";
import { describePayloads, payloadsOf } from "../../support/real-deliveries.ts";

/** What each delivery must be read as once it is no sample any more. */
const EXPECTED: Readonly<Record<string, string>> = {
  "git-pullrequest-comment-v1":
    "unreadable: the comment does not say which pull request it is on, as in version 1.0 of its resource: choose version 2.0 in the service hook",
  // Its dates say that it was changed after it was published.
  "git-pullrequest-comment-v2": "ignored: the comment was changed, which starts nothing",
  "git.pullrequest.created-2":
    "pull_request opened #1 mytopic->master in Fabrikam/Fabrikam (6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c/fabrikam) by fabrikamfiber4@hotmail.com (54d125f7-69f7-4191-904f-c5b96b6261c8)",
  "git.pullrequest.created":
    "pull_request opened #1 mytopic->main in Fabrikam/Fabrikam (6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c/fabrikam) by fabrikamfiber4@hotmail.com (54d125f7-69f7-4191-904f-c5b96b6261c8)",
  "git.pullrequest.merged":
    "ignored: a merge was only tried: the event git.pullrequest.updated tells of one that was completed",
  "git.pullrequest.updated":
    "pull_request merged #1 mytopic->main in Fabrikam/Fabrikam (6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c/fabrikam) by fabrikamfiber4@hotmail.com (54d125f7-69f7-4191-904f-c5b96b6261c8)",
  "git.push-2":
    "push updated refs/heads/main aad331d..33b55f7 in Fabrikam-Fiber-Git/Fabrikam-Fiber-Git (6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c/fabrikam-fiber-git) by Windows Live ID\\fabrikamfiber4@hotmail.com (00067ffed5c7af52@live.com)",
  "git.push":
    "push updated refs/heads/main 61b7353..c8e823a in Project/Project (65e40c52-3c5d-487c-8a45-6b852de287a8/project) by jsmith (458616a4-6252-4cd9-accd-38538e7c9c33)",
  "ignored-build.complete":
    "unreadable: the build does not say which repository it is of, as in version 1.0 of its resource: choose version 2.0 in the service hook",
  "ignored-ms.vss-release.release-created-event":
    'ignored: the event "ms.vss-release.release-created-event" is not one that Forgehand acts on',
  "ignored-workitem.deleted": 'ignored: the event "workitem.deleted" is not one that Forgehand acts on',
  // Names that anybody may give oneself name nobody.
  "workitem.commented":
    "comment created on issue #5 in GoodCompanyCloud/GoodCompanyCloud (be9b3917-87e6-42a4-a549-2bc06a7a878f/goodcompanycloud) by nobody",
  "workitem.created":
    "issue opened #5 in GoodCompanyCloud/GoodCompanyCloud (be9b3917-87e6-42a4-a549-2bc06a7a878f/goodcompanycloud) by nobody",
  // The manual's example has the number 0 where a real delivery has that of the work item.
  "workitem.updated": 'unreadable: the body of "workitem.updated" lacks what is needed: resource.workItemId',
};

/** The ids by which a sample is known. */
const SAMPLE_IDS = [
  "00000000-0000-0000-0000-000000000000",
  "c12d0eb8-e382-443b-9f9c-c52cba5014c2",
  "4bc14d40-c903-45e2-872e-0462c7748079",
];
const REAL_ID = "7d0f2b6a-1111-4e6b-8c2d-5a9e3f7b1c04";

/** By basic authentication alone a request can be known for one of Azure DevOps. */
const authorization = `Basic ${Buffer.from("hook:secret").toString("base64")}`;

const samples = payloadsOf("azure-devops").map((delivery) => ({
  ...delivery,
  headers: { ...delivery.headers, authorization },
}));

const asReal = (text: string) => SAMPLE_IDS.reduce((changed, id) => changed.replaceAll(id, REAL_ID), text);

const deliveries = samples.map((delivery) => ({
  ...delivery,
  body: Buffer.from(asReal(Buffer.from(delivery.body).toString())),
}));

describePayloads(
  "known deliveries of Azure DevOps",
  { adapter: azureDevOps, deliveries, expected: EXPECTED },
  () => {
    it.each(samples)("knows $name for the sample that it is", ({ headers, body }) => {
      const { event } = azureDevOps.identify({ headers, body });
      expect(azureDevOps.normalise({ event, headers, body })).toEqual({
        kind: "ignored",
        reason: "a sample of the Test button: the service hook works",
      });
    });
  },
);
