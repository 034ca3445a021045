import { createRequire } from "node:module";

import type * as liquidjs from "liquidjs";

import type { Issue, PullRequest } from "../core/event.ts";
import type { Run } from "../core/run.ts";
import { issueOf, slugOf } from "./subject.ts";

/**
 * Renders templates of the owner over what people wrote: texts are values, never templates themselves. No files, no
 * properties but their own, and limits on what they may make, so that a hostile title cannot hold a worker up.
 */
function open(): liquidjs.Liquid {
  const { Liquid } = require("liquidjs") as typeof liquidjs;
  return new Liquid({
    strictFilters: true,
    ownPropertyOnly: true,
    templates: {},
    parseLimit: 100_000,
    renderLimit: 2_000,
    memoryLimit: 20_000_000,
  });
}

/** Loaded with the first template: most automations have none, and the library takes 8 MB of memory. */
const require = createRequire(import.meta.url);
let opened: liquidjs.Liquid | undefined;

/** A template with its names filled in. Throws what the library throws, with the line. */
export function render(template: string, names: Readonly<Record<string, unknown>>): string {
  opened ??= open();
  return opened.parseAndRenderSync(template, names) as string;
}

/** A run as templates know it; one that is still to be added has no number. */
export type Named = Pick<Run, "automation" | "forge" | "event" | "repo" | "actor" | "sha"> & {
  readonly id?: number;
};

/** What templates may name about a run. What the event does not have is empty. */
export function namesOf(run: Named, now = new Date()): Record<string, unknown> {
  const { event, repo, actor } = run;
  const pullRequest = "pullRequest" in event ? event.pullRequest : undefined;
  const issue = issueOf(run);
  const about = issue ?? pullRequest;
  return {
    automation: run.automation,
    forge: run.forge,
    run: run.id,
    repository: repo.fullName,
    actor: actor.login,
    event: event.kind,
    action: event.action,
    number: about?.number,
    title: about?.title,
    slug: slugOf(about?.title ?? ""),
    date: now.toISOString().slice(0, 10),
    issue: issue && subjectNames(issue),
    pull_request: pullRequest && {
      ...subjectNames(pullRequest),
      branch: pullRequest.source?.branch,
      target: pullRequest.target?.branch,
      head: pullRequest.headSha,
      draft: pullRequest.draft,
      fork: pullRequest.fork,
    },
    comment: event.kind === "comment" ? event.comment.body : undefined,
    review: event.kind === "review" ? event.review.body : undefined,
    check: event.kind === "check" ? event.check.name : undefined,
    ref: "ref" in event ? event.ref : undefined,
    sha: run.sha,
    inputs: event.kind === "manual" ? event.inputs : undefined,
  };
}

function subjectNames({ number, title, body, labels, url, author }: Issue | PullRequest): object {
  return { number, title, body, labels, url, author: author?.login };
}
