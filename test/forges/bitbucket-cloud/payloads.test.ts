import { bitbucketCloud } from "../../../src/forges/bitbucket-cloud/index.ts";
import { describePayloads, payloadsOf } from "../../support/real-deliveries.ts";

/** What each real delivery must be read as. */
const EXPECTED: Readonly<Record<string, string>> = {
  "ignored-repo-commit_status_created": "ignored: the build has not ended yet, which starts nothing",
  "ignored-repo-fork": 'ignored: the event "repo:fork" is not one that Forgehand acts on',
  "issue-comment_created":
    "comment created on issue #1 in Izak88/test ({555997f5-1f4c-4afa-9c63-71e3ee5d725b}) by Izak ({89aa91f6-b254-4f9f-9fd6-ab5fdf729bca})",
  "issue-created":
    "issue opened #1 in Izak88/test ({555997f5-1f4c-4afa-9c63-71e3ee5d725b}) by Izak ({89aa91f6-b254-4f9f-9fd6-ab5fdf729bca})",
  "issue-updated":
    "issue edited #1 in Izak88/test ({555997f5-1f4c-4afa-9c63-71e3ee5d725b}) by Izak ({89aa91f6-b254-4f9f-9fd6-ab5fdf729bca})",
  "pullrequest-approved":
    "review submitted approved #1 test-branch->master in Izak88/test ({555997f5-1f4c-4afa-9c63-71e3ee5d725b}) by Izak ({89aa91f6-b254-4f9f-9fd6-ab5fdf729bca})",
  "pullrequest-comment_created":
    "comment created on pull_request #1 test-branch->master in Izak88/test ({555997f5-1f4c-4afa-9c63-71e3ee5d725b}) by Izak ({89aa91f6-b254-4f9f-9fd6-ab5fdf729bca})",
  "pullrequest-comment_updated-docs-sample":
    'ignored: the event "pullrequest:comment_updated" is not one that Forgehand acts on',
  "pullrequest-created":
    "pull_request opened #1 test->master in Izak88/d3-bundle ({a6fa13bf-643a-45f6-a0b2-7324954878de}) by Izak ({89aa91f6-b254-4f9f-9fd6-ab5fdf729bca})",
  "pullrequest-fulfilled-docs-sample":
    "pull_request merged #1 branch2->master in team_name/repo_name ({673a6070-3421-46c9-9d48-90745f7bfe8e}) by emmap1 ({a54f16da-24e9-4d7f-a3a7-b1ba2cd98aa3})",
  "pullrequest-rejected-docs-sample":
    "pull_request closed #1 branch2->master in team_name/repo_name ({673a6070-3421-46c9-9d48-90745f7bfe8e}) by emmap1 ({a54f16da-24e9-4d7f-a3a7-b1ba2cd98aa3})",
  "pullrequest-updated-docs-sample":
    "pull_request updated #1 branch2->master in team_name/repo_name ({673a6070-3421-46c9-9d48-90745f7bfe8e}) by emmap1 ({a54f16da-24e9-4d7f-a3a7-b1ba2cd98aa3})",
  "repo-commit_comment_created":
    'ignored: the event "repo:commit_comment_created" is not one that Forgehand acts on',
  "repo-push-legacy-users":
    "push updated refs/heads/main b05057c..8339b7a in henrikfrystyknielsen/henrikntest01 ({d9898aea-edda-4f50-8f5f-5a8bfc819ab8}) by Henrik Nielsen ({73498d6a-711f-4d29-90cd-a13281674474})",
  "repo-push":
    "push updated refs/heads/test c465eec..47f058c in Izak88/d3-bundle ({a6fa13bf-643a-45f6-a0b2-7324954878de}) by Izak ({89aa91f6-b254-4f9f-9fd6-ab5fdf729bca})",
};

describePayloads("real deliveries of Bitbucket Cloud", {
  adapter: bitbucketCloud,
  deliveries: payloadsOf("bitbucket-cloud"),
  expected: EXPECTED,
});
