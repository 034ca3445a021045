import { expect, it } from "@jest/globals";

import { gitea } from "../../../src/forges/gitea/index.ts";
import { capturesOf, describeCaptures, describePayloads, payloadsOf } from "../../support/real-deliveries.ts";

/** What each real delivery of Gitea must be read as. */
const GITEA: Readonly<Record<string, string>> = {
  "create-branch": "push created refs/heads/master .. in example/example (1) by example (1)",
  "create-tag-captured": "tag created refs/tags/v2.0.0 .. in jkuri/d3-gitea-test (2) by jkuri (1)",
  "delete-branch": "push deleted refs/heads/example3 .. in example/example (1) by example (1)",
  "ignored-fork": 'ignored: the event "fork" is not one that Forgehand acts on',
  "ignored-release": 'ignored: the event "release" is not one that Forgehand acts on',
  "issue_comment-created-on-pull-request":
    "comment created on pull_request #2 in example/example (1) by example (1)",
  "issue_comment-created": "comment created on issue #1 in example/example (1) by example (1)",
  "issues-label_updated": "issue label_updated #1 in example/example (1) by example (1)",
  "issues-opened": "issue opened #1 in example/example (1) by example (1)",
  "pull_request-label_updated":
    "pull_request label_updated #2 master->master at 48e773f from fork in example/example (1) by example (1)",
  "pull_request-opened-captured":
    "pull_request opened #3 new-branch->master at 5c4900e draft in jkuri/d3-gitea-test (2) by jkuri (1)",
  "pull_request-opened-from-fork-2":
    "pull_request opened #4 feature_branch->master at 53e3075 from fork in testuser/webhook_test (20) by testuser (1)",
  "pull_request-opened-from-fork":
    "pull_request opened #2 master->master at 48e773f from fork in example/example (1) by example2 (2)",
  "pull_request_comment-reviewed":
    "review submitted commented #2 master->master at 48e773f from fork in example/example (1) by example (1)",
  "push-captured": "ignored: somebody tries the webhook, and it works",
  "push-deleted-branch-captured":
    "push deleted refs/heads/cc-config-test 3a0cb5c.. in jkuri/d3-gitea-test (2) by jkuri (1)",
  "push-secret-in-body": "push updated refs/heads/master 92a8bf0..ea07c31 in Test/test (29) by Test (1)",
  push: "push created refs/heads/master ..67b5658 in example/example (1) by example (1)",
};

/** What each real delivery of Forgejo must be read as. */
const FORGEJO: Readonly<Record<string, string>> = {
  "delete-branch": "push deleted refs/heads/example3 .. in example/example (1) by example (1)",
  "issue_comment-created": "comment created on issue #1 in example/example (1) by example (1)",
  "issues-label_updated": "issue label_updated #1 in example/example (1) by example (1)",
  "issues-opened": "issue opened #1 in example/example (1) by example (1)",
  "pull_request-label_updated":
    "pull_request label_updated #2 master->master at 48e773f from fork in example/example (1) by example (1)",
  "pull_request-opened-from-fork":
    "pull_request opened #2 master->master at 48e773f from fork in example/example (1) by example2 (2)",
  push: "push updated refs/heads/develop 28e1879..bffeb74 in forgejo/webhooks (140) by forgejo (1)",
};

/** What each request of a running Gitea 1.15.11 must be read as. */
const OLDER: Readonly<Record<string, string>> = {
  "001-issues-opened": "issue opened #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "002-issues-label_updated": "issue label_updated #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "003-issues-label_updated": "issue label_updated #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "004-issues-label_updated": "issue label_updated #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "005-issues-label_updated": "issue label_updated #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "006-issues-label_cleared": "issue label_updated #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "007-issue_comment-created": "comment created on issue #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "008-issues-opened": "issue opened #2 in forgeadmin/demo (1) by forgeadmin (1)",
  "009-issues-label_updated": "issue label_updated #2 in forgeadmin/demo (1) by forgeadmin (1)",
  "010-create": "push created refs/heads/feature .. in forgeadmin/demo (1) by forgeadmin (1)",
  "011-push": "push created refs/heads/feature ..d194e71 in forgeadmin/demo (1) by forgeadmin (1)",
  "012-pull_request-opened":
    "pull_request opened #3 feature->main at d194e71 in forgeadmin/demo (1) by forgeadmin (1)",
  "013-pull_request-label_updated":
    "pull_request label_updated #3 feature->main at d194e71 in forgeadmin/demo (1) by forgeadmin (1)",
  "014-issue_comment-created": "comment created on pull_request #3 in forgeadmin/demo (1) by forgeadmin (1)",
  "015-issue_comment-reviewed":
    "review submitted commented #3 feature->main at d194e71 in forgeadmin/demo (1) by forgeadmin (1)",
  "016-push": "push updated refs/heads/feature d194e71..3662958 in forgeadmin/demo (1) by forgeadmin (1)",
  "017-pull_request-synchronized":
    "pull_request updated #3 feature->main at 3662958 in forgeadmin/demo (1) by forgeadmin (1)",
  "018-push": "push updated refs/heads/feature 3662958..e5cc2e9 in forgeadmin/demo (1) by forgeadmin (1)",
  "019-pull_request-synchronized":
    "pull_request updated #3 feature->main at e5cc2e9 in forgeadmin/demo (1) by forgeadmin (1)",
  "020-pull_request-edited":
    "pull_request edited #3 feature->main at e5cc2e9 in forgeadmin/demo (1) by forgeadmin (1)",
  "021-issues-closed": "issue closed #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "022-issues-reopened": "issue reopened #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "023-push": "tag created refs/tags/v1 ..e5cc2e9 in forgeadmin/demo (1) by forgeadmin (1)",
  "024-create": "tag created refs/tags/v1 .. in forgeadmin/demo (1) by forgeadmin (1)",
  "025-create": "push created refs/heads/tmpb .. in forgeadmin/demo (1) by forgeadmin (1)",
  "026-push": "push created refs/heads/tmpb ..e5cc2e9 in forgeadmin/demo (1) by forgeadmin (1)",
  "027-delete": "push deleted refs/heads/tmpb .. in forgeadmin/demo (1) by forgeadmin (1)",
  "028-push": "push updated refs/heads/main 5da4085..65f5a60 in forgeadmin/demo (1) by forgeadmin (1)",
  "029-pull_request-closed":
    "pull_request merged #3 feature->main at e5cc2e9 in forgeadmin/demo (1) by forgeadmin (1)",
  "030-push": "push updated refs/heads/main 65f5a60..9ee4a42 in forgeadmin/demo (1) by forgeadmin (1)",
  "031-push": "tag created refs/tags/v2 ..9ee4a42 in forgeadmin/demo (1) by forgeadmin (1)",
  "032-create": "tag created refs/tags/v2 .. in forgeadmin/demo (1) by forgeadmin (1)",
  "033-release-published": 'ignored: the event "release" is not one that Forgehand acts on',
  "034-push": "ignored: somebody tries the webhook, and it works",
};

/** What each request of a running Gitea 1.21.8 must be read as. */
const NEWER: Readonly<Record<string, string>> = {
  "001-issues-opened": "issue opened #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "002-issues-label_updated": "issue label_updated #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "003-issues-label_updated": "issue label_updated #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "004-issues-label_updated": "issue label_updated #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "005-issues-label_updated": "issue label_updated #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "006-issues-label_cleared": "issue label_updated #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "007-issue_comment-created": "comment created on issue #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "008-issues-opened": "issue opened #2 in forgeadmin/demo (1) by forgeadmin (1)",
  "009-issues-label_updated": "issue label_updated #2 in forgeadmin/demo (1) by forgeadmin (1)",
  "010-create": "push created refs/heads/feature .. in forgeadmin/demo (1) by forgeadmin (1)",
  "011-push": "push created refs/heads/feature ..72105fe in forgeadmin/demo (1) by forgeadmin (1)",
  "012-pull_request-opened":
    "pull_request opened #3 feature->main at 72105fe in forgeadmin/demo (1) by forgeadmin (1)",
  "013-pull_request-label_updated":
    "pull_request label_updated #3 feature->main at 72105fe in forgeadmin/demo (1) by forgeadmin (1)",
  "014-issue_comment-created": "comment created on pull_request #3 in forgeadmin/demo (1) by forgeadmin (1)",
  "015-pull_request_comment-reviewed":
    "review submitted commented #3 feature->main at 72105fe in forgeadmin/demo (1) by forgeadmin (1)",
  "016-push": "push updated refs/heads/feature 72105fe..b5480ca in forgeadmin/demo (1) by forgeadmin (1)",
  "017-pull_request-synchronized":
    "pull_request updated #3 feature->main at b5480ca in forgeadmin/demo (1) by forgeadmin (1)",
  "018-pull_request-edited":
    "pull_request edited #3 feature->main at a4d803b in forgeadmin/demo (1) by forgeadmin (1)",
  "019-push": "push updated refs/heads/feature b5480ca..a4d803b in forgeadmin/demo (1) by forgeadmin (1)",
  "020-pull_request-synchronized":
    "pull_request updated #3 feature->main at a4d803b in forgeadmin/demo (1) by forgeadmin (1)",
  "021-issues-closed": "issue closed #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "022-issues-reopened": "issue reopened #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "023-push": "tag created refs/tags/v1 ..a4d803b in forgeadmin/demo (1) by forgeadmin (1)",
  "024-create": "tag created refs/tags/v1 .. in forgeadmin/demo (1) by forgeadmin (1)",
  "025-create": "push created refs/heads/tmpb .. in forgeadmin/demo (1) by forgeadmin (1)",
  "026-push": "push created refs/heads/tmpb ..a4d803b in forgeadmin/demo (1) by forgeadmin (1)",
  "027-delete": "push deleted refs/heads/tmpb .. in forgeadmin/demo (1) by forgeadmin (1)",
  "028-push": "push updated refs/heads/main 35d0c5a..05e5c0a in forgeadmin/demo (1) by forgeadmin (1)",
  "029-pull_request-closed":
    "pull_request merged #3 feature->main at a4d803b in forgeadmin/demo (1) by forgeadmin (1)",
  "030-push": "push updated refs/heads/main 05e5c0a..2634c19 in forgeadmin/demo (1) by forgeadmin (1)",
  "031-push": "tag created refs/tags/v2 ..2634c19 in forgeadmin/demo (1) by forgeadmin (1)",
  "032-create": "tag created refs/tags/v2 .. in forgeadmin/demo (1) by forgeadmin (1)",
  "033-release-published": 'ignored: the event "release" is not one that Forgehand acts on',
  "034-push": "ignored: somebody tries the webhook, and it works",
};

/** The secret that old servers write into the body of a delivery. */
const secretIn = (body: Uint8Array) =>
  (JSON.parse(Buffer.from(body).toString()) as { secret?: string }).secret ?? "";

const ofGitea = payloadsOf("gitea");
const ofForgejo = payloadsOf("forgejo");

describePayloads("real deliveries of Gitea", { adapter: gitea, deliveries: ofGitea, expected: GITEA }, () => {
  it("keeps the secret of none", () => {
    const all = [...ofGitea, ...ofForgejo];
    expect(all.filter(({ body }) => secretIn(body) !== "").length).toBeGreaterThan(3);
    for (const delivery of all) {
      expect(secretIn(gitea.withoutSecret?.(delivery) ?? delivery.body)).toBe("");
    }
  });
});

describePayloads("real deliveries of Forgejo", {
  adapter: gitea,
  deliveries: ofForgejo,
  expected: FORGEJO,
});

describeCaptures("requests of Gitea 1.15.11", {
  adapter: gitea,
  deliveries: capturesOf("gitea-1.15.11"),
  expected: OLDER,
});

describeCaptures("requests of Gitea 1.21.8", {
  adapter: gitea,
  deliveries: capturesOf("gitea-1.21.8"),
  expected: NEWER,
});
