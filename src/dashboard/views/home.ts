import { actorName } from "../../core/event.ts";
import type { Job } from "../../core/job.ts";
import type { Run } from "../../core/run.ts";
import type { KeptDelivery } from "../../core/store.ts";
import type { Html } from "./html.ts";
import { html } from "./html.ts";
import { page } from "./page.ts";
import { duration, forgeLink, state, subject, time } from "./words.ts";

export interface Home {
  readonly runs: readonly Run[];
  /** Set when these are older runs: all have smaller numbers. */
  readonly before?: number;
  /** Set when there are still older ones. */
  readonly older?: number;
  readonly deliveries: readonly KeptDelivery[];
  /** Jobs that failed at least once and are still owed. */
  readonly troubles: readonly (Job & { dueAt?: Date; error: string })[];
  readonly setUps: readonly string[];
  /** The web origin of a forge, where links may lead. */
  readonly origin: (forge: string) => string | undefined;
  readonly now: Date;
}

/** The first page: what ran, what came in, and what is in trouble. */
export function homePage(home: Home): string {
  const { before, older, setUps, troubles } = home;
  const body = html`<h1>Runs</h1>
    ${home.runs.length > 0 ? runs(home) : noRuns(before, setUps)}
    <p>
      ${before !== undefined && html`<a href="./">Newest</a>`}
      ${older !== undefined && html`<a href="./?before=${older}" rel="next">Older runs</a>`}
    </p>
    ${troubles.length > 0 && jobs(troubles)}
    <h2>Deliveries</h2>
    ${home.deliveries.length > 0 ? deliveries(home.deliveries) : noDeliveries}`;
  return page({ title: "Runs", root: "./", body, signedIn: true });
}

function runs({ runs, origin, now }: Home): Html {
  const rows = runs.map((run) => {
    const about = subject(run.event);
    return html`<tr>
      <td data-name="Run" class="tight"><a href="runs/${run.id}">${run.id}</a></td>
      <td data-name="State">${state(run.state)}</td>
      <td data-name="Automation">${run.automation}</td>
      <td data-name="Repository">${run.repo.fullName}</td>
      <td data-name="About" class="long">
        <span
          >${forgeLink(about.text, about.url, origin(run.forge))} <bdi class="soft">${about.title}</bdi></span
        >
      </td>
      <td data-name="By">${actorName(run.actor)}</td>
      <td data-name="When" class="tight">${time(run.createdAt)}</td>
      <td data-name="Took" class="tight">${duration(run, now)}</td>
    </tr>`;
  });
  return table(
    "Newest first",
    ["Run", "State", "Automation", "Repository", "About", "By", "When", "Took"],
    rows,
  );
}

function deliveries(list: readonly KeptDelivery[]): Html {
  const rows = list.map(({ key, forge, event, reading, reason, decisions, receivedAt }) => {
    const told = reason === "" ? (decisions ?? []).find(({ matched }) => matched)?.reason : reason;
    return html`<tr>
      <td data-name="Delivery" class="tight"><a href="deliveries/${key}">${key}</a></td>
      <td data-name="Read as">${state(reading)}</td>
      <td data-name="Forge">${forge}</td>
      <td data-name="Event">${event}</td>
      <td data-name="Because" class="long">${told}</td>
      <td data-name="When" class="tight">${time(receivedAt)}</td>
    </tr>`;
  });
  return table("Newest first", ["Delivery", "Read as", "Forge", "Event", "Because", "When"], rows);
}

function jobs(list: Home["troubles"]): Html {
  const rows = list.map(({ stage, subject, attempts, error, dueAt }) => {
    return html`<tr>
      <td data-name="Step">${stage}</td>
      <td data-name="Of" class="long"><code>${subject}</code></td>
      <td data-name="Tries" class="tight">${attempts}</td>
      <td data-name="Trouble" class="long">${error}</td>
      <td data-name="Again" class="tight">${dueAt === undefined ? "when asked for again" : time(dueAt)}</td>
    </tr>`;
  });
  return html`<h2>In trouble</h2>
    ${table("Steps that failed and are tried again", ["Step", "Of", "Tries", "Trouble", "Again"], rows)}`;
}

function table(caption: string, names: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="card wide">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${names.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function noRuns(before: number | undefined, setUps: readonly string[]): Html {
  if (before !== undefined) return html`<div class="card"><p>There are no older runs.</p></div>`;
  return html`<div class="card">
    <p>Nothing has run yet.</p>
    <p>
      Set the label of one of your automations on an issue (<code>coding agent</code> by default), and its run
      appears here. If nothing appears, the deliveries below tell what came in and how it was read.
    </p>
    ${setUps.map((path) => html`<p><a href=".${path}">Make the app of your forge</a> if you have none yet.</p>`)}
  </div>`;
}

const noDeliveries = html`<div class="card">
  <p>No forge has sent anything yet.</p>
  <p>
    Point a webhook of your repository at <code>/webhooks/</code> and the name of your forge in the
    configuration, with its secret. A delivery whose sender is not proven is not kept: the server's log then
    says <code>sender not proven</code>.
  </p>
</div>`;
