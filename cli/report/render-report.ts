/**
 * A report as one HTML file that needs neither network nor script, made of the parts of the pages (`functions/dashboard/`).
 * `read-report.ts` gathers what it says, `render-markdown.ts` and `tidy-table.ts` say the same in other forms, `freeze-pages.ts`
 * puts the pages themselves beside it.
 */
import { html, raw } from 'hono/html';
import { style } from '#functions/dashboard/assets/style.ts';
import {
  evaluationSentence,
  evaluationState,
  graderTable,
  protocolSection,
} from '#functions/dashboard/evaluation/evaluation-view.ts';
import type { Html } from '#functions/dashboard/html.ts';
import { runFacts, runLede, runSentence, runState } from '#functions/dashboard/run/headline.ts';
import { pages } from '#functions/dashboard/shell/address.ts';
import { visibleLine } from '#functions/dashboard/text/visible-text.ts';
import { verdictText } from '#shared/comparison/verdict.ts';
import { changeSections, sampleSection } from './change-section.ts';
import { type Resolve, relink } from './relink.ts';
import type { EvaluationSubject, ReportData, ReportSubject } from './report-data.ts';
import { reportStyle } from './report-style.ts';
import { titleOf } from './report-title.ts';
import { runSections, taughtBlock } from './run-section.ts';
import { scoreSection } from './score-section.ts';
import { numbered, type Section } from './section.ts';

/** No scripts, no fetches, no frames: even markup that slipped through could do nothing. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'";
const PAPER = 'https://arxiv.org/abs/2504.20571';

/**
 * Renders a complete document. Pure; every text of the data is escaped.
 *
 * @param beside - where pages lie beside the report; by default there are none
 */
export function renderReport(data: ReportData, beside: Resolve = () => undefined): string {
  const title = titleOf(data);
  const main = relink(String(body(data)), (address) => anchorOf(address, data) ?? beside(address));
  const head = html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title><style>${raw(style + reportStyle)}</style></head>`;
  return `${head}<body><main>${main}</main></body></html>\n`;
}

function body(data: ReportData): Html {
  const sections: readonly Section[] = [
    { id: 'table', title: 'Scores', markup: scoreSection(data) },
    ...partsOf(data),
    { id: 'caveats', title: 'What this does not show', markup: caveatSection(data) },
    { id: 'again', title: 'Make it again', markup: sourceSection(data) },
  ];
  // Of several comparisons the examples follow where each is listed.
  const listed = sections.filter(({ id }) => data.subjects.length === 1 || !id.startsWith('examples'));
  return html`${opening(data)}<nav class="toc" aria-label="Contents"><ol>${listed.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ol></nav>
${sections.map(({ markup }) => markup)}`;
}

/** Of one subject its own sections, with what changed before how it was made; of several one for each behind what changed. */
function partsOf({ subjects, comparisons }: ReportData): readonly Section[] {
  const changes = comparisons.flatMap((each, index) => numbered(changeSections(each), suffixOf(index)));
  const [only, ...others] = subjects;
  if (!only || others.length > 0) return [...changes, ...subjects.map(asOne)];
  const own = subjectSections(only);
  return [...own.slice(0, -1), ...changes, ...own.slice(-1)];
}

/** The result as a sentence with its interval; of a run its problem beside it, of several things who is better. */
function opening(data: ReportData): Html {
  const { subjects, comparisons } = data;
  const [only] = subjects;
  const eyebrow = html`<p class="eyebrow">${titleOf(data)} · made ${data.madeAt.replace('T', ' ').replace('Z', ' UTC')} by oneshot ${data.version}</p>`;
  if (subjects.length > 1 || !only) {
    const [first = '', ...more] = comparisons.map(({ comparison, sides }) =>
      visibleLine(verdictText(comparison.verdict, sides)),
    );
    return html`${eyebrow}<h1>${first}</h1>${more.map((text) => html`<p class="lede">${text}</p>`)}`;
  }
  if (only.kind === 'run') {
    const { data: run } = only;
    return html`${eyebrow}${runState(run)}<h1>${runSentence(run)}</h1>${runLede(run)}${taughtBlock(run)}${runFacts(run)}`;
  }
  return html`${eyebrow}${evaluationState(only.data)}<h1>${evaluationSentence(only.data)}</h1>`;
}

function subjectSections(subject: ReportSubject): readonly Section[] {
  return subject.kind === 'run' ? runSections(subject.data) : evaluationSections(subject);
}

function evaluationSections({ data, examples }: EvaluationSubject): readonly Section[] {
  const graders = html`<div id="graders">${data.graders.map((scores) => graderTable(scores, data.evaluation))}</div>`;
  return [
    ...(data.graders.length > 0 ? [{ id: 'graders', title: 'By grader', markup: graders }] : []),
    ...(examples ? [sampleSection(examples)] : []),
    // What differs between two evaluations has its name.
    ...numbered([{ id: 'protocol', title: 'Protocol', markup: protocolSection(data) }], '-of'),
  ];
}

/** All that is told of one of several. */
function asOne(subject: ReportSubject, index: number): Section {
  const { label } = subject;
  const sections = numbered(subjectSections(subject), suffixOf(index));
  const id = `about${suffixOf(index)}`;
  const title = `${subject.kind === 'run' ? 'Run ' : ''}${visibleLine(label)}`;
  const opening =
    subject.kind === 'run'
      ? html`${runState(subject.data)}<p class="lede">${runSentence(subject.data)}.</p>${taughtBlock(subject.data)}`
      : html`${evaluationState(subject.data)}<p class="lede">${evaluationSentence(subject.data)}.</p>`;
  const markup = html`<section id="${id}"><h2>${title}</h2>${opening}${sections.map((each) => each.markup)}</section>`;
  return { id, title, markup };
}

/** Of the second and later parts of a kind, so that no two have the same id. */
function suffixOf(index: number): string {
  return index === 0 ? '' : `-${index + 1}`;
}

function caveatSection({ caveats }: ReportData): Html {
  return html`<section id="caveats"><h2>What this shows, and what it does not</h2><div class="caveats">${caveats.map(({ title, text }) => html`<p><b>${title}</b> ${text}</p>`)}</div></section>`;
}

function sourceSection({ subjects, command, madeAt, version }: ReportData): Html {
  const runs = subjects.flatMap((subject) =>
    subject.kind === 'run' && subject.reproduction !== null ? [subject.reproduction] : [],
  );
  const ids = subjects.flatMap(({ kind, data }) => [
    kind === 'run' ? ['run', data.run] : ['evaluation', data.evaluation],
  ]);
  const engines = subjects.flatMap((subject) =>
    subject.kind === 'run' && subject.engine !== null ? [['engine', subject.engine]] : [],
  );
  const facts = [...ids, ...engines, ['report made', madeAt], ['oneshot', version]];
  return html`<section id="again"><h2>Make it again</h2>${runs.map((each) => html`<pre class="cmd">${visibleLine(each)}</pre>`)}<pre class="cmd">${visibleLine(command)}</pre><dl class="set">${facts.map(([name = '', value = '']) => html`<div><dt>${name}</dt><dd>${visibleLine(value)}</dd></div>`)}</dl><p class="note">The method is that of Wang et al. 2025, <a href="${PAPER}">arXiv:2504.20571</a>.</p></section>`;
}

/** What of the pages a report holds itself. */
function anchorOf(address: string, { comparisons }: ReportData): string | undefined {
  const index = comparisons.findIndex(({ a, b }) => address === pages.compare(a.evaluation, b.evaluation));
  return index < 0 ? undefined : `#change${suffixOf(index)}`;
}
