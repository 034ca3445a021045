import { gogs } from "../../../src/forges/gogs/index.ts";
import { capturesOf, describeCaptures, describePayloads, payloadsOf } from "../../support/real-deliveries.ts";

/** What each real delivery must be read as. The push is one by which somebody tried the webhook. */
const TOLD: Readonly<Record<string, string>> = {
  "create-branch": "push created refs/heads/master .. in izak88/test (10335) by izak88 (15888)",
  "delete-branch": "push deleted refs/heads/testbranch .. in izak88/test (10335) by izak88 (15888)",
  "ignored-release": 'ignored: the event "release" is not one that Forgehand acts on',
  "issue_comment-created": "comment created on issue #1 in izak88/test (10335) by izak88 (15888)",
  "issue_comment-edited": 'ignored: the action "edited" of issue_comment starts nothing',
  "issues-closed": "issue closed #1 in izak88/test (10335) by izak88 (15888)",
  "issues-label_cleared": "issue label_updated #1 in izak88/test (10335) by izak88 (15888)",
  "issues-label_updated": "issue label_updated #1 in izak88/test (10335) by izak88 (15888)",
  "issues-opened":
    "issue opened #1 in izak88/test (10335) by izak88 (15888); issue label_updated #1 in izak88/test (10335) by izak88 (15888)",
  "issues-reopened": "issue reopened #1 in izak88/test (10335) by izak88 (15888)",
  "pull_request-closed":
    "pull_request closed #1 testbranch->master in izak88/d3-bundle (11070) by izak88 (15888)",
  "pull_request-label_updated":
    "pull_request label_updated #2 testbranch->master in izak88/test (10335) by izak88 (15888)",
  "pull_request-opened":
    "pull_request opened #1 testbranch->master in izak88/d3-bundle (11070) by izak88 (15888); pull_request label_updated #1 testbranch->master in izak88/d3-bundle (11070) by izak88 (15888)",
  "pull_request-synchronized":
    "pull_request updated #1 testbranch->master in izak88/d3-bundle (11070) by izak88 (15888)",
  "push-docs-sample": "push updated refs/heads/main 28e1879..bffeb74 in alice/moonlanding (140) by alice (1)",
  push: "ignored: somebody tries the webhook, and it works",
};

/** What each request of a running server must be read as. */
const CAPTURED: Readonly<Record<string, string>> = {
  "001-issues-opened":
    "issue opened #1 in forgeadmin/demo (1) by forgeadmin (1); issue label_updated #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "002-issues-label_updated": "issue label_updated #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "003-issues-label_updated": "issue label_updated #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "004-issue_comment-created": "comment created on issue #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "005-create": "push created refs/heads/feature .. in forgeadmin/demo (1) by forgeadmin (1)",
  "006-push": "push created refs/heads/feature ..bd06cd0 in forgeadmin/demo (1) by forgeadmin (1)",
  "007-pull_request-opened":
    "pull_request opened #2 feature->master in forgeadmin/demo (1) by forgeadmin (1); pull_request label_updated #2 feature->master in forgeadmin/demo (1) by forgeadmin (1)",
  "008-pull_request-label_updated":
    "pull_request label_updated #2 feature->master in forgeadmin/demo (1) by forgeadmin (1)",
  "009-issue_comment-created": "comment created on pull_request #2 in forgeadmin/demo (1) by forgeadmin (1)",
  "010-pull_request-label_cleared":
    "pull_request label_updated #2 feature->master in forgeadmin/demo (1) by forgeadmin (1)",
  "011-issues-closed": "issue closed #1 in forgeadmin/demo (1) by forgeadmin (1)",
  "012-push": "push updated refs/heads/feature bd06cd0..21b7b4c in forgeadmin/demo (1) by forgeadmin (1)",
  "013-pull_request-synchronized":
    "pull_request updated #2 feature->master in forgeadmin/demo (1) by forgeadmin (1)",
  "014-push": "push updated refs/heads/feature 21b7b4c..bd06cd0 in forgeadmin/demo (1) by forgeadmin (1)",
  "015-pull_request-synchronized":
    "pull_request updated #2 feature->master in forgeadmin/demo (1) by forgeadmin (1)",
  "016-create": "tag created refs/tags/v1 ..21b7b4c in forgeadmin/demo (1) by forgeadmin (1)",
  "017-delete": "tag deleted refs/tags/v1 .. in forgeadmin/demo (1) by forgeadmin (1)",
};

describePayloads("real deliveries of Gogs", {
  adapter: gogs,
  deliveries: payloadsOf("gogs"),
  expected: TOLD,
});

describeCaptures("requests of Gogs 0.11.91", {
  adapter: gogs,
  deliveries: capturesOf("gogs-0.11.91"),
  expected: CAPTURED,
});
