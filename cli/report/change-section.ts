import { html } from 'hono/html';
import { CompareQuery } from '#functions/dashboard/compare/compare-query.ts';
import { differenceTable } from '#functions/dashboard/compare/difference-table.ts';
import { answerCard, flipArticle } from '#functions/dashboard/compare/flip-section.ts';
import { protocolNote } from '#functions/dashboard/compare/protocol-note.ts';
import type { Html } from '#functions/dashboard/html.ts';
import { counted, number } from '#functions/dashboard/shell/format.ts';
import { mathText } from '#functions/dashboard/text/math-text.ts';
import { visibleLine } from '#functions/dashboard/text/visible-text.ts';
import type { Sample } from '#functions/results/evaluations/sample-view.ts';
import { verdictText } from '#shared/comparison/verdict.ts';
import type { ReportComparison, SampleExamples } from './report-data.ts';
import type { Section } from './section.ts';

/** How a report comes to its examples, as a sentence. */
export const HOW_CHOSEN =
  'Of each kind the one whose id has the lowest sha256 is shown, so that nobody picks it.';
const HOW_TAKEN = 'Of each verdict the first completion is shown, in the order of the evaluation.';

/** Two evaluations problem by problem: the verdict, what else differs, each set, and a problem of each kind. */
export function changeSections(compared: ReportComparison): readonly Section[] {
  const { comparison, sides, examples, a, b } = compared;
  const query = CompareQuery.parse({ a: a.evaluation, b: b.evaluation });
  const [first, second] = [visibleLine(sides.first), visibleLine(sides.second)];
  const title = `What changed, ${first} to ${second}`;
  const change = html`<section id="change"><h2>${title}</h2><p class="lede">${visibleLine(verdictText(comparison.verdict, sides))}</p><p class="note">A is ${first}, B is ${second}; verdicts of the grader ${comparison.grader}.</p>${protocolNote(comparison, undefined)}</section>${differenceTable({ a, others: [{ side: b, comparison }] }, 0, query)}`;
  const shown = html`<section id="examples"><h2>Examples</h2><p class="note">${turnedWords(compared)} ${examples.length === 0 ? '' : HOW_CHOSEN}</p>${examples.map((flip) => flipArticle(flip, { first, second }, { first: a.evaluation, second: b.evaluation }))}</section>`;
  return [
    { id: 'change', title, markup: change },
    { id: 'examples', title: 'Examples', markup: shown },
  ];
}

/** Such as `311 of 550 problems gained, 9 lost, 41 stay right, 189 stay wrong.` */
export function turnedWords({ counts }: Pick<ReportComparison, 'counts'>): string {
  const { gained, lost, solved, unsolved } = counts;
  const all = counted(gained + lost + solved + unsolved, 'problem');
  return `${number(gained)} of ${all} gained, ${number(lost)} lost, ${number(solved)} stay right, ${number(unsolved)} stay wrong; right is a problem at least half of whose samples are.`;
}

/** Completions of one evaluation, a verdict each. */
export function sampleSection({ counts, samples }: SampleExamples): Section {
  const markup = html`<section id="examples"><h2>Examples</h2><p class="note">${sampleWords(counts)} ${HOW_TAKEN}</p>${samples.map(sampleArticle)}</section>`;
  return { id: 'examples', title: 'Examples', markup };
}

/** Such as `120 correct, 30 incorrect.` */
export function sampleWords(counts: SampleExamples['counts']): string {
  const told = Object.entries(counts).map(([verdict, count]) => `${number(count)} ${verdict}`);
  return `Completions: ${told.join(', ')}.`;
}

function sampleArticle(sample: Sample): Html {
  const right = sample.verdict === 'correct';
  const gold = [sample.gold].flat().filter(Boolean);
  return html`<article class="flip"><div class="fh"><h3>${mathText(sample.question)}</h3>${gold.length === 0 ? '' : html`<span class="gold">answer ${gold.map((each) => html`<mark>${mathText(each)}</mark> `)}</span>`}<span class="id">${sample.problem}</span></div>${answerCard(`Sample ${sample.sample}`, { ...sample, correct: right ? 1 : 0, samples: 1 })}</article>`;
}
