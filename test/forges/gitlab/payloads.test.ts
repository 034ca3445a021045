import { gitlab } from "../../../src/forges/gitlab/index.ts";
import { describePayloads, payloadsOf } from "../../support/real-deliveries.ts";

/** What each real delivery must be read as. */
const EXPECTED: Readonly<Record<string, string>> = {
  "ignored-deployment": 'ignored: the event "deployment" is not one that Forgehand acts on',
  "ignored-job": "ignored: build: the pipeline that the job belongs to tells how it ended",
  "ignored-pipeline":
    'check completed success "pipeline" at bcbb5ec on test in gitlab-org/gitlab-test (1) by user1 (42)',
  "ignored-release": 'ignored: the event "release" is not one that Forgehand acts on',
  "ignored-wiki_page": 'ignored: the event "wiki_page" is not one that Forgehand acts on',
  "issue-close": "issue closed #1 in manland/webhook (24) by manland",
  "issue-open-confidential": "issue opened #23 in gitlabhq/gitlab-test (14) by root confidential",
  "issue-open-labels-changed":
    'issue opened #23 in gitlabhq/gitlab-test (1) by root (1); issue labeled "API" #23 in gitlabhq/gitlab-test (1) by root (1); issue assigned user1 () #23 in gitlabhq/gitlab-test (1) by root (1)',
  "issue-open":
    "issue opened #1 in manland/webhook (24) by root; issue assigned manland () #1 in manland/webhook (24) by root",
  "issue-reopen": "issue reopened #1 in manland/webhook (24) by manland",
  "merge_request-approved":
    "review submitted approved #4 master->master at 1fd967c from fork in manland/webhook (24) by manland",
  "merge_request-close":
    "pull_request closed #1 master->master at 1fd967c from fork in manland/webhook (24) by root",
  // Cut down by its source.
  "merge_request-merge-group-hook": 'unreadable: the body of "merge_request" says no id of the project',
  "merge_request-merge":
    "pull_request merged #4 master->master at 1fd967c from fork in manland/webhook (24) by manland",
  "merge_request-open-from-fork":
    "pull_request opened #4 master->master at 1fd967c from fork in manland/webhook (24) by root",
  "merge_request-open":
    'pull_request opened #1 ms-viewport->master at da15608 in gitlabhq/gitlab-test (1) by user1 (1); pull_request labeled "API" #1 ms-viewport->master at da15608 in gitlabhq/gitlab-test (1) by user1 (1); pull_request assigned user1 (1) #1 ms-viewport->master at da15608 in gitlabhq/gitlab-test (1) by user1 (1)',
  "merge_request-reopen":
    "pull_request reopened #1 master->master at 9efcb9d from fork in manland/webhook (24) by manland",
  "merge_request-update-label-added":
    'pull_request labeled "blue" #12 brencs->main at 5240ea6 in test.user/webhook-test (55857800) by test.user (20498345)',
  // It has no ids of its projects, whose names differ.
  "merge_request-update-labels-title":
    'pull_request edited #4 at 1fd967c from fork in manland/webhook (24) by root; pull_request labeled "label-1" #4 at 1fd967c from fork in manland/webhook (24) by root',
  // Cut down by its source.
  "merge_request-update-new-commits": 'unreadable: the body of "merge_request" lacks what is needed: project',
  "note-commit": "ignored: the note is on a Commit, where Forgehand reads none",
  "note-issue-confidential":
    "comment created on issue #17 in gitlab-org/gitlab-test (5) by root (1) confidential",
  "note-issue": "comment created on issue #17 in gitlab-org/gitlab-test (5) by user1 (42)",
  "note-merge_request-edited": "ignored: the note was changed, which starts nothing",
  "note-merge_request":
    "comment created on pull_request #1 master->markdown at 562e173 in gitlab-org/gitlab-test (5) by root (1)",
  "push-no-commits":
    "push updated refs/heads/master 9a7226e..c30217b in manland/webhook (24) by manland (50)",
  "push-two-commits":
    "push updated refs/heads/master 9a7226e..c30217b in manland/webhook (24) by manland (50)",
  push: "push updated refs/heads/master 95790bf..da15608 in mike/diaspora (15) by jsmith (4)",
  "system-key_create": 'ignored: the event "key_create" is not one that Forgehand acts on',
  "system-merge_request": "ignored: the merge_request says no action, as when somebody tries the webhook",
  "system-project_create": 'ignored: the event "project_create" is not one that Forgehand acts on',
  "system-project_destroy": 'ignored: the event "project_destroy" is not one that Forgehand acts on',
  "system-project_rename": 'ignored: the event "project_rename" is not one that Forgehand acts on',
  "system-push": "push updated refs/heads/master 95790bf..da15608 in mike/diaspora (15) by John Smith (4)",
  "system-repository_update": 'ignored: the event "repository_update" is not one that Forgehand acts on',
  "system-tag_push": "tag created refs/tags/v1.0.0 ..5937ac0 in jsmith/example (1) by John Smith (1)",
  "system-user_add_to_team": 'ignored: the event "user_add_to_team" is not one that Forgehand acts on',
  tag_push: "tag created refs/tags/v1.0.0 ..82b3d5a in jsmith/example (1) by jsmith (1)",
};

describePayloads("real deliveries of GitLab", {
  adapter: gitlab,
  deliveries: payloadsOf("gitlab"),
  expected: EXPECTED,
});
