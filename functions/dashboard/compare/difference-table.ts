import { html } from 'hono/html';
import { sum } from '#shared/metrics/sum.ts';
import type { Comparison } from '../../results/evaluations/comparison-view.ts';
import { flipTotals } from '../../results/evaluations/flip-totals.ts';
import { percent, points, pText } from '../../results/format-score.ts';
import { roundUp, type Scale, scale } from '../charts/scale.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import type { CompareData } from './compare-data.ts';
import { type CompareQuery, compareQuery } from './compare-query.ts';
import { type Letter, letterOf } from './side-letter.ts';

type Difference = NonNullable<Comparison['average']>;
type Benchmark = Comparison['benchmarks'][number];

const TESTS: Readonly<Record<Benchmark['test'], string>> = { mcnemar: 'McNemar', 'sign-flip': 'sign flip' };

/**
 * Every benchmark that pairs with its difference on one axis, and their mean. Roles restore the table on narrow screens.
 *
 * @param index - of the one that is held against the first, among the others
 */
export function differenceTable(
  { a, others }: Pick<CompareData, 'a' | 'others'>,
  index: number,
  query: CompareQuery,
): Html | string {
  const [{ side: b }] = others;
  const { benchmarks, average } = (others[index] ?? others[0]).comparison;
  const letter = letterOf(index);
  const of = index === 0 ? 'b' : 'c';
  if (benchmarks.length === 0) return '';
  const axis = axisOf(average ? [...benchmarks, average] : benchmarks);
  const flipsOf = ({ benchmark, gained, lost }: Benchmark) =>
    html`<a href="${pages.compare(a.evaluation, b.evaluation, compareQuery(query, { set: benchmark, of }))}#flips">${gained.length} / ${lost.length}</a>`;
  const rows = benchmarks.map((row) =>
    rowOf(row, axis, {
      letter,
      name: html`<b>${row.benchmark}</b> <small>${row.problems} × ${samplesText(row.samples)}</small>`,
      test: TESTS[row.test],
      flips: flipsOf(row),
    }),
  );
  const { gained, lost } = flipTotals(benchmarks);
  const several = others.length > 1;
  const looks = sum(others.map(({ comparison }) => comparison.benchmarks.length));
  const mean =
    average && benchmarks.length > 1
      ? html`<tfoot role="rowgroup">${rowOf(average, axis, { letter, name: html`<b>Mean</b> <small>of the ${benchmarks.length}</small>`, test: '', flips: html`${gained} / ${lost}` })}</tfoot>`
      : '';
  return html`<section id="differences${index === 0 ? '' : `-${of}`}"><div class="sh"><div><h2>${several ? `Differences of ${letter}` : 'Differences'}</h2><p class="note">Points, ${letter} minus A, paired by problem. <span class="sw r"></span>Hatched: too small to be told from 0 with so many problems (80 % power). p is exact and two-sided, adjusted by Holm for looking at ${looks === 1 ? 'one set' : `${looks} sets`}${several ? `, those of ${others.length} comparisons` : ''}.</p></div></div>
<table class="pd" role="table"><thead role="rowgroup"><tr role="row">${head('Set, n × k')}${head('A', 'n')}${head(letter, 'n')}${head(html`<span class="fx"><span style="--l:50">0</span><span style="--l:100">${points(axis.high)}</span></span>`, 'fc')}${head('Difference (95 %)', 'n')}${head('p, Holm', 'n')}${head('Detectable', 'n')}${head('Gained / lost', 'n')}</tr></thead><tbody role="rowgroup">${rows}</tbody>${mean}</table></section>`;
}

function head(label: Html | string, style = ''): Html {
  return html`<th role="columnheader" scope="col"${style === '' ? '' : html` class="${style}"`}>${label}</th>`;
}

/** The same to both sides of 0, over all that is drawn. */
function axisOf(rows: readonly Difference[]): Scale {
  const reach = Math.max(
    ...rows.flatMap(({ interval, detectable }) => [...interval, detectable]).map(Math.abs),
  );
  const high = Math.min(1, roundUp(reach));
  return scale(-high, high);
}

interface Told {
  readonly letter: Letter;
  readonly name: Html;
  readonly test: string;
  readonly flips: Html;
}

function rowOf(row: Difference, axis: Scale, { letter, name, test, flips }: Told): Html {
  const { first, second, difference, interval, p, adjustedP, detectable } = row;
  const cell = (label: string, content: Html | string) =>
    html`<td role="cell" class="n" data-l="${label}">${content}</td>`;
  const range = `${points(interval[0])} to ${points(interval[1])}`;
  const unadjusted = pText(p) === pText(adjustedP) ? '' : `p ${pText(p)}`;
  const about = [test, unadjusted].filter((each) => each !== '').join(', ');
  return html`<tr role="row"><th role="rowheader" scope="row">${name}</th>${cell('A', percent(first))}${cell(letter, percent(second))}<td role="cell" class="fc">${forest(row, range, axis)}</td>${cell('difference (95 %)', html`<b>${points(difference)}</b> <small>${range}</small>`)}${cell('p, Holm', html`${pText(adjustedP)} <small>${about}</small>`)}${cell('detectable', `±${percent(detectable)}`)}${cell('gained / lost', flips)}</tr>`;
}

function forest({ difference, interval, detectable }: Difference, range: string, axis: Scale): Html {
  const inside = (share: number) => axis.at(Math.max(axis.low, Math.min(axis.high, share)));
  const span = (low: number, high: number) =>
    `--l:${inside(low)};--w:${Math.round(100 * (inside(high) - inside(low))) / 100}`;
  return html`<span class="forest" role="img" aria-label="difference ${points(difference)}, interval ${range}"><i class="mde" style="${span(-detectable, detectable)}"></i><i class="z" style="--z:${inside(0)}"></i><i class="iv" style="${span(...interval)}"></i><i class="pt" style="--l:${inside(difference)}"></i></span>`;
}

function samplesText([first, second]: Benchmark['samples']): string {
  return first === second ? `${first}` : `${first}/${second}`;
}
