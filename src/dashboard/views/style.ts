/** The one style sheet, small enough to stand in every page. Colours follow the reader's light or dark. */
export const STYLE = `
:root { color-scheme: light dark; --back: #f6f7f9; --card: #fff; --ink: #1b2028; --soft: #5b6472; --line: #dfe3e8;
  --link: #0b5cad; --ok: #1a7f4b; --bad: #c0362c; --odd: #9a6200; --busy: #1f6feb; --log: #11151b; --loginks: #d7dde6; }
@media (prefers-color-scheme: dark) { :root { --back: #0f1318; --card: #171c23; --ink: #e4e8ee; --soft: #9aa5b4;
  --line: #2a313b; --link: #79b8ff; --ok: #4ac27d; --bad: #ff7b72; --odd: #e0a83e; --busy: #79b8ff; --log: #0a0d11; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, button:focus-visible, input:focus-visible, summary:focus-visible, [tabindex]:focus-visible {
  outline: 3px solid var(--busy); outline-offset: 2px; border-radius: 3px; }
header, main { max-width: 72rem; margin: 0 auto; padding: 1rem; }
header { display: flex; align-items: center; gap: 1rem; justify-content: space-between; padding-bottom: 0; }
header form { margin: 0; }
.brand { font-weight: 700; font-size: 1.1rem; color: inherit; text-decoration: none; letter-spacing: -.01em; }
.brand svg { width: 1.4em; height: 1.4em; vertical-align: -.3em; margin-right: .4em; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0; letter-spacing: -.02em; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; max-width: 65ch; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.25rem; }
.soft, caption, dt { color: var(--soft); }
.wide { overflow-x: auto; padding: 0; }
table { width: 100%; border-collapse: collapse; font-size: .94rem; }
caption { text-align: left; padding: .6rem 1.25rem; border-bottom: 1px solid var(--line); }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .82rem; white-space: nowrap; }
th, td { padding: .55rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th:first-child, td:first-child { padding-left: 1.25rem; }
tr:last-child td { border-bottom: 0; }
td { overflow-wrap: break-word; } td.long { overflow-wrap: anywhere; }
td.tight { white-space: nowrap; }
.state { display: inline-flex; align-items: center; gap: .4em; font-weight: 600; white-space: nowrap; }
.state::before { content: ""; width: .65em; height: .65em; border-radius: 50%; background: currentColor; flex: none; }
.succeeded, .event { color: var(--ok); } .failed { color: var(--bad); } .errored, .unreadable { color: var(--odd); }
.queued, .paused, .cancelled, .ignored { color: var(--soft); } .running { color: var(--busy); }
.running::before { animation: pulse 1.6s infinite; }
@keyframes pulse { 50% { opacity: .25; } }
@media (prefers-reduced-motion: reduce) { .running::before { animation: none; } }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.25rem; margin: 0; }
dd { margin: 0; overflow-wrap: anywhere; }
code, pre { font: .9em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
pre.log { background: var(--log); color: var(--loginks); border-radius: 10px; padding: 1rem 1.25rem; max-height: 70vh;
  overflow: auto; }
details pre { padding: .5rem 0; }
button, input { font: inherit; padding: .4rem .8rem; border-radius: 7px; border: 1px solid var(--line);
  background: var(--card); color: inherit; }
button { cursor: pointer; font-weight: 600; }
input { width: 100%; max-width: 30rem; margin: .25rem 0 .75rem; display: block; }
@media (max-width: 40rem) {
  table, tbody, tr, td, caption { display: block; width: 100%; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { padding: .6rem 1.25rem; border-bottom: 1px solid var(--line); }
  tr:last-child { border-bottom: 0; }
  td, td:first-child { padding: .1rem 0; border: 0; display: grid; grid-template-columns: 6.5rem 1fr; }
  td::before { content: attr(data-name); color: var(--soft); font-size: .85rem; }
  td:empty { display: none; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; }
}
`;
