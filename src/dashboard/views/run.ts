import { actorName, threadName } from "../../core/event.ts";
import type { Run } from "../../core/run.ts";
import { isOver } from "../../core/run.ts";
import type { Place } from "../../core/status.ts";
import { readStatus } from "../../core/status.ts";
import type { PlaceRecord } from "../../core/store.ts";
import type { LogTail } from "../log.ts";
import type { Html } from "./html.ts";
import { html } from "./html.ts";
import { page } from "./page.ts";
import { duration, forgeLink, state, subject, time } from "./words.ts";

export interface RunView {
  readonly run: Run;
  /** The places that show it, with what is known of them. */
  readonly places: readonly { place: Place; record: PlaceRecord | undefined }[];
  readonly log: LogTail;
  /** The web origin of its forge, where links may lead. */
  readonly origin: string | undefined;
  readonly signedIn: boolean;
  /** The signature that the reader came with, which opens the log too. */
  readonly signature?: string;
  readonly now: Date;
}

/** The page of one run: what it is, what it says, and where it was reported. */
export function runPage(view: RunView): string {
  const { run, signedIn } = view;
  const live = !isOver(run.state);
  const title = `Run ${run.id}: ${run.automation}`;
  const body = html`<h1>${title}</h1>
    <div class="card">
      <p role="status">${state(run.state)} <bdi>${run.reason}</bdi></p>
      ${run.cancelRequested !== undefined && live && html`<p>It is being stopped: <bdi>${run.cancelRequested}</bdi></p>`}
      <dl>${facts(view)}</dl>
    </div>
    <h2 id="log">Log</h2>
    ${logPart(view, live)}
    <h2>Reported</h2>
    ${reported(view)}`;
  return page({ title, root: "../", body, signedIn, live });
}

function facts({ run, origin, now, signedIn }: RunView): Html {
  const about = subject(run.event);
  const { pullRequest, pushedSha, sha } = run;
  return [
    fact("Repository", run.repo.fullName),
    fact("About", html`${forgeLink(about.text, about.url, origin)} <bdi>${about.title}</bdi>`),
    fact("Asked for by", actorName(run.actor)),
    fact("Forge", run.forge),
    fact("Asked for at", time(run.createdAt)),
    fact("Started at", time(run.startedAt)),
    fact("Took", duration(run, now)),
    fact("Taken up", run.attempts > 1 && `${run.attempts} times`),
    fact("Exit code", run.exitCode),
    fact("Ran on", sha !== undefined && html`<code>${sha}</code>`),
    fact("Branch", run.branch !== undefined && html`<code>${run.branch}</code>`),
    fact("Pushed", pushedSha !== undefined && html`<code>${pushedSha}</code>`),
    fact("Pull request", pullRequest && forgeLink(`#${pullRequest.number}`, pullRequest.url, origin)),
    fact("Caused by", signedIn && html`<a href="../deliveries/${run.delivery}">delivery ${run.delivery}</a>`),
  ];
}

function fact(name: string, value: Html): Html {
  if (value === undefined || value === false || value === "") return undefined;
  return html`<dt>${name}</dt>
    <dd>${value}</dd>`;
}

function logPart({ run, log, signature }: RunView, live: boolean): Html {
  const query = (parts: Record<string, string>): string => {
    const text = new URLSearchParams({
      ...parts,
      ...(signature !== undefined && { sig: signature }),
    }).toString();
    return text === "" ? "" : `?${text}`;
  };
  const file = html`<a href="${run.id}/log.txt${query({})}">all of it as text</a>`;
  if (log.text === "" && !live) return html`<div class="card"><p>${noLog(run)}</p></div>`;
  const stream = html`data-stream="${run.id}/log${query({ after: String(log.seq) })}"`;
  return html`<p class="soft">
      ${log.cut && "The beginning is left out here: "}${live && "It grows while the command runs: "}${file}.
    </p>
    <pre class="log" tabindex="0" role="region" aria-label="Log" ${live && stream}>${log.text}</pre>`;
}

/** Whatever was taken up wrote a line of ours at least. */
function noLog({ startedAt }: Run): string {
  return startedAt === undefined
    ? "It wrote nothing."
    : "Its log is not kept any more: `retention.logs` in the config says how long logs are.";
}

function reported({ places }: RunView): Html {
  if (places.length === 0) {
    return html`<div class="card">
      <p>Nothing is reported yet: there is no commit and no issue to show it on.</p>
    </div>`;
  }
  return html`<div class="card">
    <dl>${places.map(({ place, record }) => placeFact(place, record))}</dl>
  </div>`;
}

function placeFact(place: Place, record: PlaceRecord | undefined): Html {
  return html`<dt>${nameOf(place)}</dt>
    <dd>
      ${record?.reportedAt === undefined ? "not shown yet" : html`shown since ${time(record.reportedAt)}`}
      ${record?.refused !== undefined && html`<p>The forge will not show it: <bdi>${record.refused}</bdi></p>`}
      ${record?.reported !== undefined && sent(place, record.reported)}
    </dd>`;
}

/** What was sent last: a status and a label in a line, a comment to unfold. */
function sent(place: Place, reported: string): Html {
  switch (place.kind) {
    case "status": {
      const { state, description } = readStatus(reported);
      return html`<p><strong>${state}</strong>: <bdi>${description}</bdi></p>`;
    }
    case "labels":
      return html`<p><bdi>${reported}</bdi></p>`;
    case "comment":
      return html`<details>
        <summary>What it says</summary>
        <pre>${reported}</pre>
      </details>`;
  }
}

function nameOf(place: Place): Html {
  switch (place.kind) {
    case "status":
      return html`Status <code>${place.context}</code> of <code>${place.sha.slice(0, 10)}</code>`;
    case "comment":
      return `Comment on ${threadName(place.thread)}`;
    case "labels":
      return `Labels of ${threadName(place.thread)}`;
  }
}
