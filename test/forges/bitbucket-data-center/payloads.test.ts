import { expect, it } from "@jest/globals";

import { bitbucketDataCenter } from "../../../src/forges/bitbucket-data-center/index.ts";
import { describePayloads, payloadsOf } from "../../support/real-deliveries.ts";

/** What each real delivery must be read as. */
const EXPECTED: Readonly<Record<string, string>> = {
  "ignored-repo-forked": 'ignored: the event "repo:forked" is not one that Forgehand acts on',
  ping: "ignored: ping: Bitbucket tries the webhook, and it works",
  "pr-comment-added":
    "comment created on pull_request #2 feature/wip->master at 50a8ee1 in ~gopher/webhook-test (4) by gopher (3231)",
  "pr-comment-deleted": 'ignored: the event "pr:comment:deleted" is not one that Forgehand acts on',
  "pr-comment-edited": 'ignored: the event "pr:comment:edited" is not one that Forgehand acts on',
  "pr-declined":
    "pull_request closed #2 feature/wip->master at 50a8ee1 in ~gopher/webhook-test (4) by gopher (3231)",
  "pr-deleted":
    "pull_request closed #2 feature/wip->master at 50a8ee1 in ~gopher/webhook-test (4) by gopher (3231)",
  "pr-from_ref_updated":
    "pull_request updated #1 a-branch->master at ef8755f in PROJ/repository (84) by admin (1)",
  "pr-merged":
    "pull_request merged #5 feature/wip->master at 32a0b8a in ~gopher/webhook-test (4) by gopher (3231)",
  "pr-modified":
    "pull_request edited #3 feature/wip->master at 591f702 in ~gopher/webhook-test (4) by gopher (3231)",
  "pr-opened":
    "pull_request opened #5 feature/wip->master at 32a0b8a in ~gopher/webhook-test (4) by gopher (3231); pull_request assigned tux (2125) #5 feature/wip->master at 32a0b8a in ~gopher/webhook-test (4) by gopher (3231)",
  "pr-reviewer-approved":
    "review submitted approved #5 feature/wip->master at 32a0b8a in ~gopher/webhook-test (4) by tux (2125)",
  "repo-comment-added": 'ignored: the event "repo:comment:added" is not one that Forgehand acts on',
  // Its source cut the id of the actor off, which no server leaves out.
  "repo-refs_changed-tag": 'unreadable: the body of "repo:refs_changed" lacks what is needed: actor.id',
  "repo-refs_changed":
    "push deleted refs/heads/feature/wip 32a0b8a.. in ~gopher/webhook-test (4) by gopher (3231)",
};

const deliveries = payloadsOf("bitbucket-data-center");

describePayloads(
  "real deliveries of Bitbucket Data Center",
  { adapter: bitbucketDataCenter, deliveries, expected: EXPECTED },
  () => {
    it("takes the ping alone for one", () => {
      const pings = deliveries.filter((delivery) => bitbucketDataCenter.isPing?.(delivery));
      expect(pings.map(({ name }) => name)).toEqual(["ping"]);
    });
  },
);
