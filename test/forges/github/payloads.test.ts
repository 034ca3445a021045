import { github } from "../../../src/forges/github/index.ts";
import { describePayloads, payloadsOf } from "../../support/real-deliveries.ts";

/** What each real delivery must be read as. */
const EXPECTED: Readonly<Record<string, string>> = {
  "create-tag":
    "tag created refs/tags/simple-tag .. in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "delete-tag":
    "tag deleted refs/tags/simple-tag .. in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "ignored-deployment": 'ignored: the event "deployment" is not one that Forgehand acts on',
  "ignored-gollum": 'ignored: the event "gollum" is not one that Forgehand acts on',
  "ignored-pull_request_review-submitted":
    "ignored: a review without words: its comments on lines come by themselves",
  "ignored-release-published": 'ignored: the event "release" is not one that Forgehand acts on',
  "ignored-star-created": 'ignored: the event "star" is not one that Forgehand acts on',
  // The commit is the head of no branch any more.
  "ignored-status":
    'check completed success "default" at 6113728 in Codertocat/Hello-World (186853002) by Codertocat (21031067)',
  "ignored-workflow_run-completed":
    "ignored: workflow_run: each of its jobs is a check run, which tells by itself how it ended",
  "installation-created": "ignored: the installation was changed",
  "installation-deleted": "ignored: the installation was changed",
  "installation-suspend": "ignored: the installation was changed",
  "installation_repositories-added": "ignored: the installation was changed",
  "installation_repositories-removed": "ignored: the installation was changed",
  "issue_comment-created-installation":
    "comment created on issue #1 in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "issue_comment-created-on-pull-request":
    "comment created on pull_request #947 in kubernetes/test-infra (57333709) by spxtr (7368979)",
  "issue_comment-created":
    "comment created on issue #1 in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "issue_comment-deleted": 'ignored: the action "deleted" of issue_comment starts nothing',
  "issue_comment-edited": 'ignored: the action "edited" of issue_comment starts nothing',
  "issues-deleted": 'ignored: the action "deleted" of issues starts nothing',
  "issues-edited": "issue edited #1 in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "issues-labeled": 'issue labeled "bug" #1 in Codertocat/Hello-World (186853002) by Codertocat (21031067)',
  "issues-opened-empty-body":
    "issue opened #1 in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "issues-opened": "issue opened #1 in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "issues-reopened": "issue reopened #1 in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "issues-transferred": 'ignored: the action "transferred" of issues starts nothing',
  "issues-unlabeled":
    'issue unlabeled "bug" #1 in Codertocat/Hello-World (186853002) by Codertocat (21031067)',
  "ping-app": "ignored: ping: GitHub tries the webhook, and it works",
  "ping-organization": "ignored: ping: GitHub tries the webhook, and it works",
  "ping-repository": "ignored: ping: GitHub tries the webhook, and it works",
  "pull_request-closed-unmerged":
    "pull_request closed #2 changes->master at ec26c3e in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "pull_request-converted_to_draft":
    "pull_request draft #2 changes->master at ec26c3e draft in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "pull_request-labeled":
    'pull_request labeled "bug" #2 changes->master at ec26c3e in Codertocat/Hello-World (186853002) by Codertocat (21031067)',
  "pull_request-opened-captured":
    "pull_request opened #2 new-branch->master at 83080be in jkuri/d3-abstruse-test (283678737) by jkuri (1796022)",
  // Cut down by its source: it has neither a repository nor the number of its pull request.
  "pull_request-opened-draft": 'unreadable: the body of "pull_request" lacks what is needed: repository',
  // Its source gave the fork the id of the repository: the names differ, so that it is someone else's code.
  "pull_request-opened-from-fork":
    "pull_request opened #1 changes->main at 34c5c77 from fork in Codertocat/Hello-World (135493233) by Codertocat (21031067)",
  "pull_request-opened-null-body":
    "pull_request opened #2 changes->master at ec26c3e in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "pull_request-opened":
    "pull_request opened #2 changes->master at ec26c3e in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "pull_request-ready_for_review":
    "pull_request ready #2 changes->master at ec26c3e in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "pull_request-reopened-from-fork":
    "pull_request reopened #947 dummy->master at cc40e85 from fork in kubernetes/test-infra (57333709) by spxtr (7368979)",
  "pull_request-reopened":
    "pull_request reopened #2 changes->master at ec26c3e in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "pull_request-synchronize":
    "pull_request updated #2 changes->master at ec26c3e in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "pull_request-unlabeled":
    'pull_request unlabeled "bug" #2 changes->master at ec26c3e in Codertocat/Hello-World (186853002) by Codertocat (21031067)',
  "push-branch-app":
    "push updated refs/heads/bkeepers-patch-3 f5cd854..738a951 in bkeepers-inc/test (68474533) by bkeepers (173)",
  "push-branch-captured":
    "push updated refs/heads/master 83080be..76ca2c4 in jkuri/d3-abstruse-test (283678737) by jkuri (1796022)",
  "push-branch":
    "push updated refs/heads/master 737d38c..fd48986 in binkkatal/sample_app (63933911) by binkkatal (13351472)",
  "push-deleted-branch":
    "push deleted refs/heads/main d3d9188.. in Codertocat/Hello-World (135493233) by Codertocat (21031067)",
  "push-deleted-tag":
    "tag deleted refs/tags/simple-tag 6113728.. in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "push-new-branch-captured":
    "push created refs/heads/new-branch ..83080be in jkuri/d3-abstruse-test (283678737) by jkuri (1796022)",
  "push-new-branch":
    "push created refs/heads/master ..6113728 in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "push-new-tag-ghes":
    "tag created refs/tags/simple-tag ..6113728 in Codertocat/Hello-World (118) by Codertocat (4)",
  "push-no-username-committer":
    "push created refs/heads/master ..6113728 in Codertocat/Hello-World (186853002) by Codertocat (21031067)",
  "repository-renamed": 'ignored: the event "repository" is not one that Forgehand acts on',
};

describePayloads("real deliveries of GitHub", {
  adapter: github,
  deliveries: payloadsOf("github"),
  expected: EXPECTED,
});
