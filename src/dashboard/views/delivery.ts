import { MANUAL_DOOR, POLL_DOOR, SCHEDULE_DOOR } from "../../core/delivery.ts";
import type { DecisionStep } from "../../core/decision.ts";
import type { KeptDelivery } from "../../core/store.ts";
import { BODY_PRUNED, BODY_UNWANTED, whyBodyless } from "../../core/store.ts";
import type { Html } from "./html.ts";
import { html } from "./html.ts";
import { page } from "./page.ts";
import { state, time } from "./words.ts";

/** Characters of a body that the page shows. */
const SHOWN = 200_000;

/** The page of one delivery: how it was read, what was decided, and what came. */
export function deliveryPage(delivery: KeptDelivery): string {
  const { key, forge, door, id, event, receivedAt, reading, reason, headers } = delivery;
  const title = `Delivery ${key}`;
  const body = html`<h1>${title}</h1>
    <div class="card">
      <p>${state(reading)} <bdi>${reason}</bdi></p>
      <dl>
        <dt>Forge</dt>
        <dd>${forge}</dd>
        ${doorOf(door)}
        <dt>Event</dt>
        <dd>${event}</dd>
        <dt>Id</dt>
        <dd><code>${id}</code></dd>
        <dt>Received at</dt>
        <dd>${time(receivedAt)}</dd>
      </dl>
    </div>
    <h2>Decisions</h2>
    <div class="card">${decisions(delivery)}</div>
    <h2>Headers</h2>
    <div class="card">
      <dl>
        ${Object.entries(headers).map(
          ([name, value]) =>
            html`<dt><code>${name}</code></dt>
              <dd>${value}</dd>`,
        )}
      </dl>
    </div>
    <h2>Body</h2>
    <div class="card">${bodyOf(delivery)}</div>`;
  return page({ title, root: "../", body, signedIn: true });
}

const OWN: Readonly<Record<string, string>> = {
  [POLL_DOOR]: "looking: no webhook brought it",
  [SCHEDULE_DOOR]: "a schedule of the config",
  [MANUAL_DOOR]: "the operator, by hand",
};

/** How it came, where it was not by the address of the forge. */
function doorOf(door: string): Html | false {
  if (door === "") return false;
  const own = OWN[door];
  if (own !== undefined) {
    return html`<dt>Came by</dt>
      <dd>${own}</dd>`;
  }
  return html`<dt>Address of</dt>
    <dd>${door}</dd>`;
}

function decisions({ decisions, reading }: KeptDelivery): Html {
  if (reading !== "event") return html`<p>There was nothing to decide.</p>`;
  if (decisions === undefined) return html`<p>Nothing is decided yet.</p>`;
  if (decisions.length === 0) return html`<p>No automation is configured for it.</p>`;
  return html`<dl>
    ${decisions.map(
      ({ automation, outcome, reason, run, steps = [] }) =>
        html`<dt>${automation}</dt>
          <dd>
            <strong>${outcome}</strong>: ${reason}
            ${run !== undefined && html`<a href="../runs/${run}">Run ${run}</a>`}
            ${steps.length > 0 && stepList(steps)}
          </dd>`,
    )}
  </dl>`;
}

/** What was looked at, in order. */
function stepList(steps: readonly DecisionStep[]): Html {
  return html`<details>
    <summary>What was looked at</summary>
    <ol>
      ${steps.map(({ what, ok, said }) => html`<li>${ok ? "✓" : "✗"} <strong>${what}</strong>: <bdi>${said}</bdi></li>`)}
    </ol>
  </details>`;
}

function bodyOf({ body, ...delivery }: KeptDelivery): Html {
  if (body === undefined)
    return html`<p>${whyBodyless(delivery) === "light" ? BODY_UNWANTED : BODY_PRUNED}</p>`;
  const text = readable(new TextDecoder().decode(body));
  return html`<details>
    <summary>${body.byteLength} bytes</summary>
    ${text.length > SHOWN && html`<p>Only the beginning is shown.</p>`}
    <pre>${text.slice(0, SHOWN)}</pre>
  </details>`;
}

/** JSON with line ends, anything else as it is. */
function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
