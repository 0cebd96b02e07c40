import { html } from 'hono/html';
import { verdictText } from '#shared/comparison/verdict.ts';
import { flipTotals } from '../../results/evaluations/flip-totals.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { counted, shortId } from '../shell/format.ts';
import type { Looking, View } from '../shell/page.ts';
import type { CompareData, ComparedOther, ComparedSide } from './compare-data.ts';
import { type CompareQuery, compareQuery } from './compare-query.ts';
import { sideNames } from './compare-words.ts';
import { differenceTable } from './difference-table.ts';
import { flipSection } from './flip-section.ts';
import { protocolNote } from './protocol-note.ts';
import { type Letter, letterOf } from './side-letter.ts';

/** The page of a comparison: the verdict, what was compared, what else differs, the numbers, and the problems that turned. */
export function compareView(data: CompareData, { query }: Looking<CompareQuery>): View {
  const { a, others } = data;
  const sides = [a, ...others.map(({ side }) => side)];
  const [run] = new Set(sides.map(({ checkpoint }) => checkpoint?.run));
  const isOneRun = run !== undefined && sides.every(({ checkpoint }) => checkpoint?.run === run);
  const { first, second } = sideNames({ a, b: others[0].side });
  const title = `${first} against ${second}${others.length > 1 ? ', and another' : ''}`;
  return {
    title,
    tab: 'compare',
    crumbs: [
      { label: 'Compare', href: pages.compareChoice() },
      ...(isOneRun ? [{ label: `run ${shortId(run)}`, href: pages.run(run) }] : []),
      { label: title },
    ],
    live: false,
    body: html`${others.map((other, index) => headline(data, other, index))}${sideCards(data, query)}${choices(data, query)}${others.map((_, index) => evidence(data, index, query))}${flipSection(data, query)}`,
    command: command(sides, query),
  };
}

function command(sides: readonly ComparedSide[], { grader, margin }: CompareQuery): string {
  const names = sides.map(({ evaluation }) => evaluation).join(' ');
  const { margin: changed } = compareQuery({ margin } as CompareQuery, {});
  return `oneshot compare ${names}${grader ? ` --grader ${grader}` : ''}${changed === undefined ? '' : ` --margin ${margin}`}`;
}

/** A verdict says its interval last, in parentheses: it is set lighter. */
const SENTENCE = /^(.*?)(?: (\([^()]*\)))?\.$/;

/** The first verdict is what the page is about, the second its second sentence. */
function headline({ a, others }: CompareData, { side, comparison }: ComparedOther, index: number): Html {
  const text = verdictText(comparison.verdict, sideNames({ a, b: side }));
  const [, said = text, interval] = SENTENCE.exec(text) ?? [];
  const sentence = html`${said}${interval === undefined ? '' : html` <small>${interval}</small>`}`;
  const more = others.length > 1 ? html`<b>${letterOf(index)}.</b> ` : '';
  if (index > 0) return html`<p class="lede also">${more}${sentence}. ${lede(comparison)}</p>`;
  return html`<h1>${sentence}</h1><p class="lede">${more}${lede(comparison)}</p>`;
}

function lede({ verdict, benchmarks, grader }: ComparedOther['comparison']): string {
  if (benchmarks.length === 0) return 'No set of theirs can be paired: what is red below must agree first.';
  const { problems, gained, lost } = flipTotals(benchmarks);
  const turned = `${gained} of ${counted(problems, 'problem')} turn right, ${lost} turn wrong`;
  const how = `by the grader ${grader}. All intervals are 95 %.`;
  if (verdict.kind === 'blocked')
    return `What is red below must agree first. In the sets that pair, ${turned}, ${how}`;
  const mean = benchmarks.length === 1 ? '' : `, mean of ${benchmarks.length} sets`;
  return `Paired by problem${mean}. ${turned}, ${how}`;
}

function sideCards({ a, others }: CompareData, query: CompareQuery): Html {
  const b = others[0].side;
  const swapped = pages.compare(b.evaluation, a.evaluation, compareQuery({ ...query, flips: 'all' }, {}));
  const rest = others.slice(1).map(({ side }, index) => sideCard(letterOf(index + 1), side));
  return html`<div class="ab">${sideCard('A', a)}<a href="${swapped}" aria-label="Swap A and B">⇄ swap</a>${sideCard('B', b)}${rest}</div>`;
}

function sideCard(letter: Letter, { evaluation, model, checkpoint, recording }: ComparedSide): Html {
  const from =
    recording !== null
      ? html`recording <code title="${recording}">${recording.slice(0, 8)}</code> under the name of`
      : checkpoint === null
        ? html`a model given by hand ·`
        : html`<a href="${pages.run(checkpoint.run)}">run ${shortId(checkpoint.run)}</a>, step ${checkpoint.step} ·`;
  return html`<div><b>${letter} · <a href="${pages.evaluation(evaluation)}">evaluation ${shortId(evaluation)}</a></b><small>${from} model <code title="${model}">${shortId(model)}</code></small></div>`;
}

/** Margins that are offered; any other stands in the address. */
const MARGINS = [0.01, 0.02, 0.05, 0.1];

function choices({ a, others, graders }: CompareData, query: CompareQuery): Html {
  const [{ side: b, comparison }] = others;
  const at = (changed: Partial<CompareQuery>) =>
    pages.compare(a.evaluation, b.evaluation, compareQuery(query, changed));
  const choice = (label: string, changed: Partial<CompareQuery>, current: boolean) =>
    html`<a href="${at(changed)}"${current ? html` aria-current="true"` : ''}>${label}</a>`;
  const chooser =
    graders.length < 2
      ? ''
      : html`<nav class="seg" aria-label="Grader"><span>Grader</span>${graders.map((grader) => choice(grader, { grader }, grader === comparison.grader))}</nav>`;
  const margins = [...new Set([...MARGINS, query.margin])].sort((x, y) => x - y);
  const margin = html`<nav class="seg" aria-label="Points that do not matter"><span>Points that do not matter</span>${margins.map((each) => choice(String(Number((100 * each).toPrecision(3))), { margin: each }, each === query.margin))}</nav>`;
  return html`<div class="ctl" style="margin-top:1rem">${chooser}${margin}</div>`;
}

/** What else differs, and the numbers, of one of the others. */
function evidence(data: CompareData, index: number, query: CompareQuery): Html {
  const { comparison } = data.others[index] ?? data.others[0];
  const letter = data.others.length > 1 ? letterOf(index) : undefined;
  return html`${protocolNote(comparison, letter)}${differenceTable(data, index, query)}`;
}
