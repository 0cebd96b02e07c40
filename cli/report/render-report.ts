/**
 * The report of a demo: one HTML file that needs neither network nor script. Each section has a file:
 * `headline.ts` finds the result, `score-section.ts` tabulates it, `curve-section.ts` draws it (`line-chart.ts`),
 * `example-section.ts` quotes the model, `caveat-section.ts` limits the claim, `report-style.ts` sets the type.
 */
import { caveatSection } from './caveat-section.ts';
import { curveSection } from './curve-section.ts';
import { exampleSection } from './example-section.ts';
import { headline } from './headline.ts';
import { html, type Markup, trusted } from './markup.ts';
import type { ReportData } from './report-data.ts';
import { reportStyle } from './report-style.ts';
import { scoreRow } from './score-row.ts';
import { scoreSection } from './score-section.ts';

/** No scripts, no fetches, no frames: even markup that slipped through could do nothing. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** Renders a complete document. Pure; every text of the data is escaped. */
export function renderReport(data: ReportData): string {
  const { sentence, facts } = headline(data);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${data.title}</title>
<style>${trusted(reportStyle)}</style>
</head>
<body>
<main>
<header>
<p class="eyebrow">${data.title}</p>
<h1>${sentence}</h1>
<p class="lede">A small base model that can solve these problems, but seldom takes the trouble, is rewarded for right boxed answers to a single problem. Every checkpoint is then scored on six sets of other problems.</p>
<dl class="facts">${facts.map(({ value, meaning }) => html`<div><dt>${value}</dt><dd>${meaning}</dd></div>`)}</dl>
</header>
${scoreSection(models(data))}
${curveSection(data)}
${exampleSection(data.examples)}
${caveatSection()}
${settingSection(data)}
</main>
</body>
</html>
`;
  return page.source;
}

/** Base, controls, and last the run that the report is about, each at its last checkpoint. */
function models({ baseSummary, runs }: ReportData) {
  const trained = runs.toReversed().flatMap(({ label, checkpoints }) => {
    const final = checkpoints.at(-1);
    return final ? [scoreRow(label, final.summary)] : [];
  });
  return [scoreRow('base', baseSummary), ...trained];
}

function settingSection({ command, settings, generatedAt }: ReportData): Markup {
  return html`<section>
<h2>Settings</h2>
<pre class="command">${command}</pre>
<dl class="settings">${settings.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
<p class="note">Report made <time datetime="${generatedAt}">${generatedAt}</time>.</p>
</section>`;
}
