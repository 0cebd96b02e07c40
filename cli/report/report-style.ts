/** The style sheet of the report: light, dark by preference, one column on a phone, black on white in print. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --paper: #fcfbf8; --panel: #f3f1ea; --ink: #1d1c1a; --muted: #6a665e; --line: #dedad0;
  --series-0: #1b5fae; --series-1: #b4560b; --series-2: #4d7a2c; --series-3: #8a4699;
  --right: #23703a; --wrong: #a8322a; --mark: #dbe8f8;
  --serif: ui-serif, 'Iowan Old Style', Charter, 'Source Serif 4', Georgia, Cambria, 'Liberation Serif', serif;
  --sans: ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', sans-serif;
  --mono: ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, 'Liberation Mono', monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #15171a; --panel: #1e2125; --ink: #e9e7e2; --muted: #a09c93; --line: #33373c;
    --series-0: #7cb5f5; --series-1: #eea35a; --series-2: #9ccc78; --series-3: #cf9bdc;
    --right: #7fce96; --wrong: #f0928a; --mark: #24405f;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.6 var(--serif); }
main { max-width: 62rem; margin: 0 auto; padding: 4rem 1.5rem 5rem; }
section { margin-top: 4rem; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; }
h1 { margin: 0; max-width: 22em; font-size: clamp(1.8rem, 5vw, 2.9rem); font-weight: 600; letter-spacing: -0.015em; }
h2 { margin: 0 0 0.6rem; font-size: 1.55rem; font-weight: 600; letter-spacing: -0.01em; }
h3 { margin: 2.5rem 0 0.8rem; font: 600 1rem/1.3 var(--sans); }
p { margin: 0 0 1em; }
.eyebrow { margin: 0 0 0.9rem; color: var(--muted); font: 600 0.8rem/1.4 var(--sans); letter-spacing: 0.06em; text-transform: uppercase; }
.lede { margin: 1.2rem 0 0; max-width: 38em; font-size: 1.15rem; color: var(--muted); }
.note { max-width: 46em; color: var(--muted); font: 0.88rem/1.5 var(--sans); }
*:not(h2) + .note { margin-top: 1.2rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1.5rem; margin: 2.5rem 0 0; }
.facts div { border-top: 2px solid var(--ink); padding-top: 0.7rem; }
.facts dt { font: 600 1.9rem/1.1 var(--sans); font-variant-numeric: tabular-nums; letter-spacing: -0.02em; }
.facts dd { margin: 0.4rem 0 0; color: var(--muted); font: 0.88rem/1.4 var(--sans); }

.scores { width: 100%; border-collapse: collapse; font: 0.95rem/1.4 var(--sans); font-variant-numeric: tabular-nums; }
.scores th, .scores td { padding: 0.6rem 0.75rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
.scores thead th { padding-top: 0; color: var(--muted); font-weight: 600; border-bottom: 2px solid var(--ink); }
.scores th:first-child { padding-left: 0; }
.scores th[scope='row'] { font-weight: 600; white-space: nowrap; }
.scores small { display: block; color: var(--muted); font-size: 0.8rem; font-weight: 400; }
.scores td { width: 24%; }
.scores td b { font-weight: 400; }
.scores .range { float: right; color: var(--muted); font-size: 0.8rem; line-height: 1.7; }
.scores .best b { color: var(--series-0); font-weight: 700; }
.scores .best .bar i { background: var(--series-0); }
.scores tfoot th, .scores tfoot td { border-top: 2px solid var(--ink); border-bottom: 0; padding-top: 0.8rem; font-size: 1.05rem; }
.scores tfoot td b { font-weight: 600; }
.bar { position: relative; display: block; clear: both; height: 6px; margin-top: 0.3rem; background: var(--panel); border-radius: 1px; }
.bar i { position: absolute; inset: 0 auto 0 0; width: var(--mean); background: var(--muted); border-radius: 1px; }
.bar::after { content: ''; position: absolute; top: 2px; height: 2px; left: var(--low); width: calc(var(--high) - var(--low)); min-width: 2px; background: var(--ink); }

.legend { display: flex; flex-wrap: wrap; gap: 0.3rem 1.5rem; font: 0.9rem/1.4 var(--sans); }
.legend svg { vertical-align: middle; margin-right: 0.3rem; }
.charts { display: grid; gap: 1.75rem 1.5rem; }
.charts.two { grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); }
.charts.three { grid-template-columns: repeat(3, minmax(0, 1fr)); }
figure { margin: 0; min-width: 0; }
figcaption { font: 0.9rem/1.4 var(--sans); }
figcaption b, figcaption span { display: block; }
figcaption span { color: var(--muted); font-size: 0.85rem; }
.chart { display: block; width: 100%; height: auto; overflow: visible; font: 12px var(--sans); }

.example { padding: 1.1rem 0; border-top: 1px solid var(--line); break-inside: avoid; }
.problem { margin: 0 0 0.7rem; font-size: 1.05rem; overflow-wrap: anywhere; }
.gold { margin-left: 0.6rem; color: var(--muted); font: 0.88rem var(--sans); white-space: nowrap; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0.9rem; }
.completion { padding: 0.7rem 0.9rem; background: var(--panel); border-radius: 4px; min-width: 0; }
.completion p { display: flex; justify-content: space-between; gap: 1rem; margin: 0 0 0.4rem; color: var(--muted); font: 600 0.82rem/1.4 var(--sans); }
.verdict { white-space: nowrap; }
.verdict.correct { color: var(--right); }
.verdict.incorrect { color: var(--wrong); }
pre { margin: 0; max-height: 18rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; font: 0.86rem/1.5 var(--mono); }
mark { padding: 0.05em 0.25em; color: inherit; background: var(--mark); border-radius: 2px; }

.caveats { padding: 1.6rem 1.75rem 1.2rem; background: var(--panel); border-radius: 4px; }
.caveats h2 { margin-bottom: 0.9rem; }
.caveats .columns { columns: 21rem 2; column-gap: 2.25rem; font-size: 0.97rem; line-height: 1.55; }
.caveats p { break-inside: avoid; }
.command { padding: 0.8rem 1rem; background: var(--panel); border-radius: 4px; }
.settings { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); gap: 0.9rem 1.5rem; margin: 1.3rem 0; font: 0.9rem/1.4 var(--sans); }
.settings dt { color: var(--muted); font-size: 0.82rem; }
.settings dd { margin: 0; overflow-wrap: anywhere; }

@media (max-width: 52rem) {
  .charts.three { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
@media (max-width: 28rem) {
  .charts.three { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 40rem) {
  body { font-size: 16px; }
  main { padding: 2.25rem 1.1rem 3rem; }
  section { margin-top: 3rem; }
  .scores th, .scores td { padding: 0.55rem 0.4rem; }
  .scores th:first-child { padding-left: 0; }
  .scores th[scope='row'] { white-space: normal; overflow-wrap: anywhere; font-size: 0.9rem; }
  .scores td { width: 23%; }
  .scores .range { float: none; display: block; font-size: 0.72rem; line-height: 1.3; }
  .caveats { margin-left: -1.1rem; margin-right: -1.1rem; padding: 1.4rem 1.1rem 0.5rem; border-radius: 0; }
}
@page { margin: 14mm; }
@media print {
  :root { --paper: #fff; --panel: #f4f4f4; }
  html { font-size: 13px; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  section { margin-top: 2rem; }
  .charts.two, .pair { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .charts.three { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .facts { grid-template-columns: repeat(4, 1fr); }
  .caveats .columns { columns: 2; }
  .scores tfoot { display: table-row-group; }
  .scores, .charts, figure, tr, .facts div, .caveats, .example { break-inside: avoid; }
  h2, h3, .legend { break-after: avoid; }
  pre { max-height: none; }
  .bar, .bar i, .bar::after, .completion, .caveats, .command, mark { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
